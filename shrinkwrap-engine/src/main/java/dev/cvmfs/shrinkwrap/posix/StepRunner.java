package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.os.Errno;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.os.SystemCallException;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.LongSet;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Does the steps. Every file appears under its name at once, complete and in place of the one
 * before; a directory shows by its time that it is not finished. Objects that lose their last
 * visible link are remembered by their inodes.
 */
final class StepRunner {
  private final PosixCalls calls;
  private final Layout layout;
  private final Expectations expectations;
  private final Unlocker files;
  private final StoreTrust trust;
  private final Metadata metadata;
  private final Scratch scratch;
  private final int linkLimit;
  private final boolean sync;
  private final LongSet lost = new LongSet();

  StepRunner(Site site, StoreTrust trust, Scratch scratch, ExportOptions options) {
    this.calls = site.calls();
    this.layout = site.layout();
    this.expectations = site.expectations();
    this.files = site.unlocker();
    this.trust = trust;
    this.metadata = new Metadata(calls);
    this.scratch = scratch;
    this.linkLimit = options.linkLimit();
    this.sync = options.sync();
  }

  /** Inodes of objects that had one visible link and lost it. */
  LongSet lost() {
    return lost;
  }

  /**
   * Does one step.
   *
   * @throws IOException if the disk does not let us, or somebody else changes the tree
   */
  void run(Step step) throws IOException {
    ByteString path = layout.visible(step.path());
    if (step instanceof Step.RemoveFile) {
      noteLost(path);
      calls.unlink(path);
    } else if (step instanceof Step.RemoveDirectory) {
      calls.removeDirectory(path);
    } else if (step instanceof Step.MakeDirectory) {
      calls.makeDirectory(path, 0700);
    } else if (step instanceof Step.UnlockDirectory) {
      calls.setPermissions(path, 0700);
    } else if (step instanceof Step.FinishDirectory finish) {
      if (step.path().isRoot()) {
        writeWarning();
      }
      Xattrs present = expectations.actual(path, finish.expected());
      metadata.applyToDirectory(path, finish.expected(), present);
    } else if (step instanceof Step.PutLink link) {
      putLink(path, link);
    } else if (step instanceof Step.PutSymlink symlink) {
      ByteString temporary = newTemporary();
      calls.symlink(symlink.target(), temporary);
      metadata.applyToNew(temporary, symlink.expected(), true);
      replace(temporary, path);
    } else if (step instanceof Step.PutNode node) {
      ByteString temporary = newTemporary();
      calls.makeNode(temporary, node.type() | 0600, node.major(), node.minor());
      metadata.applyToNew(temporary, node.expected(), false);
      replace(temporary, path);
    }
  }

  /** Before the top directory gets its time. */
  private void writeWarning() throws IOException {
    Path warning = layout.tree().resolve(Layout.WARNING);
    if (!Files.exists(warning)) {
      Files.writeString(warning, Layout.WARNING);
    }
  }

  private ByteString newTemporary() {
    return Layout.bytes(scratch.newFile("visible"));
  }

  private void replace(ByteString temporary, ByteString path) throws IOException {
    noteLost(path);
    calls.rename(temporary, path);
  }

  private void noteLost(ByteString path) throws IOException {
    Optional<FileStatus> status = calls.status(path);
    if (status.isPresent() && status.get().isRegular() && status.get().links() == 2) {
      lost.add(status.get().inode());
    }
  }

  private void putLink(ByteString path, Step.PutLink link) throws IOException {
    int copy = 0;
    while (true) {
      ByteString object = layout.object(DataFile.copy(link.object(), copy));
      Optional<FileStatus> status = calls.status(object);
      if (status.isEmpty() && copy == 0) {
        throw new IOException(
            "%s, which %s is to be a link to, was removed by somebody else"
                .formatted(object, link.path()));
      }
      if (status.isEmpty() && !copyObject(link, object)) {
        // Another export was faster, and links to its own one.
        continue;
      }
      if ((status.isEmpty() || isUsable(status.get(), copy)) && link(object, path, link)) {
        return;
      }
      copy++;
    }
  }

  private boolean isUsable(FileStatus object, int copy) {
    return object.links() <= linkLimit && (copy == 0 || trust.deservesCopy(object));
  }

  /** Makes the link; false if the file system allows no more to this file. */
  private boolean link(ByteString object, ByteString path, Step.PutLink link) throws IOException {
    ByteString name = link.replaces() ? newTemporary() : path;
    try {
      calls.link(object, name);
    } catch (SystemCallException e) {
      if (e.is(Errno.EMLINK)) {
        return false;
      }
      if (e.is(Errno.EXDEV)) {
        throw new IOException(
            "%s and %s are on different file systems, but files of one have to be links into the other"
                .formatted(layout.data(), layout.tree()),
            e);
      }
      throw e;
    }
    if (link.replaces()) {
      replace(name, path);
    }
    return true;
  }

  /**
   * Makes a further copy of an object that has all the links it may have; false if there is one by
   * now. Like the objects before the first step, it is on the disk before anything is linked to it.
   */
  private boolean copyObject(Step.PutLink link, ByteString copy) throws IOException {
    ByteString object = layout.object(link.object());
    FileStatus status =
        calls
            .status(object)
            .orElseThrow(() -> new IOException("removed by somebody else: " + object));
    Expected expected =
        new Expected(
            status.permissions(),
            expectations.owner(status.uid(), status.gid()),
            status.mtime(),
            files.xattrs(object));
    Path temporary = scratch.newFile("copy");
    ByteString path = Layout.bytes(temporary);
    try (InputStream in = files.open(object);
        FileOutputStream out = new FileOutputStream(temporary.toFile())) {
      in.transferTo(out);
      metadata.applyToNew(path, expected, false);
      if (sync) {
        out.getChannel().force(true);
      }
    }
    boolean published = calls.moveToFree(path, copy);
    if (published) {
      calls.status(copy).ifPresent(trust::foundCopy);
    } else {
      Files.delete(temporary);
    }
    return published;
  }
}
