package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Walks a directory on disk depth-first in path order; the directory itself comes first, if there
 * is one. In memory are the names in the directories on the way to where it is.
 */
final class PresentWalk implements Iterator<PresentFile> {
  private static final ByteString WARNING =
      ByteString.of(Layout.WARNING.getBytes(StandardCharsets.US_ASCII));

  private final PosixCalls calls;
  private final ByteString root;
  private final Predicate<TreePath> enters;
  private final Lister lister;
  private final Deque<Level> levels = new ArrayDeque<>();
  private Optional<PresentFile> next;
  private Optional<PresentFile> unlisted = Optional.empty();

  private record Level(TreePath path, Iterator<ByteString> names) {}

  /** Lists a directory, in any order. */
  interface Lister {
    List<PosixCalls.Name> list(PresentFile directory, ByteString path) throws IOException;
  }

  /**
   * @param enters asked about each directory, when the walk goes on behind it
   */
  PresentWalk(PosixCalls calls, ByteString root, Predicate<TreePath> enters, Lister lister)
      throws IOException {
    this.calls = calls;
    this.root = root;
    this.enters = enters;
    this.lister = lister;
    this.next = calls.status(root).map(status -> new PresentFile(TreePath.ROOT, status));
  }

  @Override
  public boolean hasNext() {
    if (next.isEmpty()) {
      try {
        next = advance();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return next.isPresent();
  }

  @Override
  public PresentFile next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the walk is over");
    }
    PresentFile file = next.orElseThrow();
    next = Optional.empty();
    if (file.status().isDirectory()) {
      unlisted = Optional.of(file);
    }
    return file;
  }

  private Optional<PresentFile> advance() throws IOException {
    if (unlisted.isPresent()) {
      PresentFile directory = unlisted.get();
      unlisted = Optional.empty();
      if (enters.test(directory.path())) {
        levels.push(new Level(directory.path(), names(directory)));
      }
    }
    while (!levels.isEmpty()) {
      Level level = levels.getFirst();
      if (!level.names().hasNext()) {
        levels.pop();
        continue;
      }
      TreePath path = level.path().child(level.names().next().bytes());
      Optional<FileStatus> status = calls.status(absolute(path));
      if (status.isPresent()) {
        return status.map(found -> new PresentFile(path, found));
      }
    }
    return Optional.empty();
  }

  private Iterator<ByteString> names(PresentFile directory) throws IOException {
    return lister.list(directory, absolute(directory.path())).stream()
        .map(PosixCalls.Name::bytes)
        .filter(name -> !directory.path().isRoot() || !name.equals(WARNING))
        .sorted()
        .iterator();
  }

  private ByteString absolute(TreePath path) {
    byte[] top = root.bytes();
    byte[] below = path.bytes();
    byte[] whole = new byte[top.length + below.length];
    System.arraycopy(top, 0, whole, 0, top.length);
    System.arraycopy(below, 0, whole, top.length, below.length);
    return ByteString.of(whole);
  }
}
