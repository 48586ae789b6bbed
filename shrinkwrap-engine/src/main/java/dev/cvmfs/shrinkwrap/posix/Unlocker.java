package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.Errno;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.os.SystemCallException;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads directories and files that keep out even their owner, if that is not root: they get other
 * permissions for the time being.
 */
final class Unlocker implements PresentWalk.Lister, AutoCloseable {
  private static final int MAY_ENTER = 0500;
  private static final int MAY_READ = 0400;
  private static final int UNLOCKED = 0700;

  private final PosixCalls calls;
  private final Layout layout;
  private final boolean root;

  /** What is inside comes first: who has locked the outer one does not get there any more. */
  private final NavigableMap<TreePath, Integer> unlocked = new TreeMap<>(Comparator.reverseOrder());

  Unlocker(PosixCalls calls, Layout layout, boolean root) {
    this.calls = calls;
    this.layout = layout;
    this.root = root;
  }

  @Override
  public List<PosixCalls.Name> list(PresentFile directory, ByteString path) throws IOException {
    int permissions = directory.status().permissions();
    try {
      if (!root && (permissions & MAY_ENTER) != MAY_ENTER) {
        calls.setPermissions(path, UNLOCKED);
        unlocked.put(directory.path(), permissions);
      }
      return calls.list(path);
    } catch (SystemCallException e) {
      if (e.is(Errno.EACCES) || e.is(Errno.EPERM)) {
        throw new IOException(
            e.getMessage() + "\ndo it as the user who made the tree, or as root", e);
      }
      throw e;
    }
  }

  /** Whether a directory's permissions were changed. */
  boolean wasUnlocked(TreePath directory) {
    return unlocked.containsKey(directory);
  }

  /**
   * Gives directories their permissions back, for those who do not do so anyhow.
   *
   * @throws IOException the first failure, if there are any; the others are told by it
   */
  @Override
  public void close() throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Map.Entry<TreePath, Integer> directory : unlocked.entrySet()) {
      try {
        calls.setPermissions(layout.visible(directory.getKey()), directory.getValue());
      } catch (IOException e) {
        failure.ifPresent(first -> first.addSuppressed(e));
        failure = failure.or(() -> Optional.of(e));
      }
    }
    unlocked.clear();
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** All extended attributes of a file. */
  Xattrs xattrs(ByteString path) throws IOException {
    try {
      return calls.xattrs(path);
    } catch (SystemCallException e) {
      if (root || !e.is(Errno.EACCES)) {
        throw e;
      }
      synchronized (this) {
        return whileReadable(path, () -> calls.xattrs(path));
      }
    }
  }

  /** Does something with a file. */
  private interface Use<T> {
    T of() throws IOException;
  }

  private <T> T whileReadable(ByteString path, Use<T> use) throws IOException {
    Optional<FileStatus> status = calls.status(path);
    if (status.isEmpty() || (status.get().permissions() & MAY_READ) != 0) {
      return use.of();
    }
    calls.setPermissions(path, status.get().permissions() | MAY_READ);
    try {
      return use.of();
    } finally {
      calls.setPermissions(path, status.get().permissions());
    }
  }

  /** Opens a regular file for reading. */
  InputStream open(ByteString path) throws IOException {
    if (root) {
      return calls.open(path);
    }
    synchronized (this) {
      return whileReadable(path, () -> calls.open(path));
    }
  }
}
