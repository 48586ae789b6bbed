package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Gives files their attributes, in the order in which none undoes another: a new owner takes
 * set-uid bits and capabilities away, and everything else may touch the times.
 */
final class Metadata {
  private static final int WRITABLE = 0700;

  private final PosixCalls calls;

  Metadata(PosixCalls calls) {
    this.calls = calls;
  }

  /** For a new file, which has no extended attributes yet. */
  void applyToNew(ByteString path, Expected expected, boolean symlink) throws IOException {
    if (expected.owner().isPresent()) {
      Expected.Owner owner = expected.owner().get();
      calls.setOwner(path, owner.uid(), owner.gid());
    }
    // Before the permissions, which may keep even the owner from it.
    setXattrs(path, expected.xattrs());
    if (!symlink) {
      calls.setPermissions(path, expected.permissions());
    }
    calls.setTime(path, expected.mtime());
  }

  /** For a directory that may have others, some of which are not ours. */
  void applyToDirectory(ByteString path, Expected expected, Xattrs present) throws IOException {
    FileStatus status = calls.status(path).orElseThrow(() -> new IOException("gone: " + path));
    if (expected.owner().isPresent()) {
      Expected.Owner owner = expected.owner().get();
      if (owner.uid() != status.uid() || owner.gid() != status.gid()) {
        calls.setOwner(path, owner.uid(), owner.gid());
      }
    }
    if (!present.equals(expected.xattrs())) {
      calls.setPermissions(path, WRITABLE);
      Set<ByteString> wanted = new TreeSet<>();
      expected.xattrs().forEach((name, value) -> wanted.add(ByteString.of(name)));
      List<ByteString> unwanted = new ArrayList<>();
      present.forEach(
          (name, value) -> {
            if (!wanted.contains(ByteString.of(name))) {
              unwanted.add(ByteString.of(name));
            }
          });
      for (ByteString name : unwanted) {
        calls.removeXattr(path, name.bytes());
      }
      setXattrs(path, expected.xattrs());
    }
    calls.setPermissions(path, expected.permissions());
    calls.setTime(path, expected.mtime());
  }

  private void setXattrs(ByteString path, Xattrs xattrs) throws IOException {
    List<byte[][]> all = new ArrayList<>(xattrs.size());
    xattrs.forEach((name, value) -> all.add(new byte[][] {name, value}));
    for (byte[][] attribute : all) {
      calls.setXattr(path, attribute[0], attribute[1]);
    }
  }
}
