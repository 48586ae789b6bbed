package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.SortedMerge;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * Works out the steps that lead from the present tree to the wanted one, in an order in which they
 * can be done: a directory is emptied before it is removed, and gets its attributes after all that
 * is in it. Nothing in the visible tree is touched; files of the store are made on the way.
 */
final class Planner {
  private static final TreePath WARNING = TreePath.of("/" + Layout.WARNING);
  private static final int OWNER_ALL = 0700;

  private final PosixCalls calls;
  private final Layout layout;
  private final Expectations expectations;
  private final DataStore store;
  private final ExportCounters statistics;

  /** Whether permissions keep nobody out. */
  private final boolean root;

  private final Predicate<TreePath> wasUnlocked;
  private final Sink sink;
  private final Deque<Frame> frames = new ArrayDeque<>();

  /** Takes the steps. */
  interface Sink {
    /**
     * Takes one.
     *
     * @param problems why, as text for people
     */
    void add(Step step, List<String> problems) throws IOException;
  }

  /** A directory on the way to where the merge is. */
  private static final class Frame {
    private final TreePath path;
    private final Optional<Expected> expected;
    private final Optional<Entry> replacement;
    private final boolean locked;
    private final List<String> problems;
    private boolean touched;

    /**
     * @param expected its attributes; empty if it is to be removed
     * @param replacement what comes in its place when it is removed
     * @param locked whether its owner has to be let in first
     */
    Frame(
        TreePath path,
        Optional<Expected> expected,
        Optional<Entry> replacement,
        boolean locked,
        List<String> problems) {
      this.path = path;
      this.expected = expected;
      this.replacement = replacement;
      this.locked = locked;
      this.problems = problems;
    }
  }

  /**
   * @param wasUnlocked whether a directory's permissions were changed only to read it
   */
  Planner(
      Site site,
      DataStore store,
      ExportCounters statistics,
      Predicate<TreePath> wasUnlocked,
      Sink sink) {
    this.calls = site.calls();
    this.layout = site.layout();
    this.expectations = site.expectations();
    this.store = store;
    this.statistics = statistics;
    this.root = site.abilities().root();
    this.wasUnlocked = wasUnlocked;
    this.sink = sink;
  }

  /** Plans everything. */
  void plan(Iterator<PresentFile> present, EntryCursor wanted) throws IOException {
    SortedMerge<Node> merge =
        new SortedMerge<>(
            map(present, Node.Present::new),
            map(wanted, Node.Wanted::new),
            Comparator.comparing(Node::path));
    while (merge.hasNext()) {
      Change<Node> change = merge.next();
      if (change instanceof Change.Added<Node> added
          && added.wanted() instanceof Node.Wanted entry) {
        leaveAllBut(entry.path());
        count(entry.entry());
        if (entry.path().equals(WARNING)) {
          expectations.leftOut("a file of the repository has the name of our warning", WARNING);
        } else {
          add(entry.entry(), List.of("missing"));
        }
      } else if (change instanceof Change.Removed<Node> removed
          && removed.present() instanceof Node.Present file) {
        leaveAllBut(file.path());
        statistics.presentEntry();
        remove(file.file(), Optional.empty());
      } else if (change instanceof Change.Changed<Node> changed
          && changed.present() instanceof Node.Present file
          && changed.wanted() instanceof Node.Wanted entry) {
        leaveAllBut(file.path());
        statistics.presentEntry();
        count(entry.entry());
        compare(file.file(), entry.entry());
      } else {
        throw new IllegalStateException("a file on disk and one wanted are never equal: " + change);
      }
    }
    while (!frames.isEmpty()) {
      leave();
    }
  }

  /** Makes nodes of what comes. */
  private interface Mapping<A> {
    Node apply(A value);
  }

  private static <A> Iterator<Node> map(Iterator<A> values, Mapping<A> mapping) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return values.hasNext();
      }

      @Override
      public Node next() {
        return mapping.apply(values.next());
      }
    };
  }

  private void count(Entry entry) {
    if (entry instanceof Entry.RegularFile file) {
      statistics.sourceFile(file.size());
    } else if (entry instanceof Entry.Directory) {
      statistics.sourceDirectory();
    } else if (entry instanceof Entry.Symlink) {
      statistics.sourceSymlink();
    } else {
      statistics.sourceSpecial();
    }
  }

  private void leaveAllBut(TreePath path) throws IOException {
    while (!frames.isEmpty() && !path.isAtOrBelow(frames.getFirst().path)) {
      leave();
    }
  }

  private void leave() throws IOException {
    Frame frame = frames.pop();
    if (frame.expected.isPresent()) {
      if (frame.touched || !frame.problems.isEmpty() || wasUnlocked.test(frame.path)) {
        sink.add(new Step.FinishDirectory(frame.path, frame.expected.get()), frame.problems);
      }
      return;
    }
    step(new Step.RemoveDirectory(frame.path), frame.problems);
    if (frame.replacement.isPresent()) {
      add(frame.replacement.get(), List.of());
    }
  }

  /** Adds a step that changes the directory it is in. */
  private void step(Step step, List<String> problems) throws IOException {
    touchParent();
    sink.add(step, problems);
  }

  private void touchParent() throws IOException {
    Frame parent = frames.peekFirst();
    if (parent == null || parent.touched) {
      return;
    }
    parent.touched = true;
    if (parent.locked) {
      sink.add(new Step.UnlockDirectory(parent.path), List.of());
    }
  }

  private void remove(PresentFile present, Optional<Entry> replacement) throws IOException {
    List<String> problems =
        List.of(replacement.isEmpty() ? "not expected" : "is of another kind than expected");
    if (present.status().isDirectory()) {
      frames.push(
          new Frame(
              present.path(), Optional.empty(), replacement, isLocked(present.status()), problems));
    } else {
      step(new Step.RemoveFile(present.path()), problems);
    }
  }

  private boolean isLocked(FileStatus directory) {
    return !root && (directory.permissions() & OWNER_ALL) != OWNER_ALL;
  }

  private void compare(PresentFile present, Entry wanted) throws IOException {
    Optional<Expected> expected = expectations.of(wanted);
    if (expected.isEmpty()) {
      remove(present, Optional.empty());
      return;
    }
    boolean isDirectory = present.status().isDirectory();
    if (isDirectory && wanted instanceof Entry.Directory) {
      frames.push(
          new Frame(
              present.path(),
              expected,
              Optional.empty(),
              isLocked(present.status()),
              differences(present, expected.get())));
    } else if (isDirectory) {
      remove(present, Optional.of(wanted));
    } else if (wanted instanceof Entry.Directory) {
      step(new Step.RemoveFile(present.path()), List.of("is of another kind than expected"));
      add(wanted, List.of());
    } else {
      compareFiles(present, wanted, expected.get());
    }
  }

  private List<String> differences(PresentFile present, Expected expected) throws IOException {
    ByteString path = layout.visible(present.path());
    return Differences.between(present.status(), expectations.actual(path, expected), expected);
  }

  private void compareFiles(PresentFile present, Entry wanted, Expected expected)
      throws IOException {
    FileStatus status = present.status();
    if (wanted instanceof Entry.RegularFile file && file.size() > 0) {
      compareLinks(present, file, expected);
      return;
    }
    List<String> problems =
        isOfItsKind(present, wanted)
            ? differences(present, expected)
            : List.of("is of another kind than expected");
    if (problems.isEmpty() && status.isRegular() && status.links() > 1) {
      problems = List.of("is a hard link of another file");
    }
    if (!problems.isEmpty()) {
      put(wanted, expected, problems);
    }
  }

  private void compareLinks(PresentFile present, Entry.RegularFile file, Expected expected)
      throws IOException {
    FileStatus status = present.status();
    OptionalLong linked =
        status.isRegular() ? OptionalLong.of(status.inode()) : OptionalLong.empty();
    DataStore.Place place = store.place(DataFile.of(file, expected), linked);
    if (linked.isPresent() && linked.equals(place.inode())) {
      return;
    }
    List<String> problems;
    if (!status.isRegular()) {
      problems = List.of("is of another kind than expected");
    } else if (status.size() != file.size()) {
      problems = List.of("size is %,d, expected %,d".formatted(status.size(), file.size()));
    } else {
      problems = differences(present, expected);
      if (problems.isEmpty()) {
        problems =
            List.of(
                place.problem().orElse("is not the file in the store, so nothing is known of it"));
      }
    }
    putLink(file, place, true, problems);
  }

  private boolean isOfItsKind(PresentFile present, Entry wanted) throws IOException {
    FileStatus status = present.status();
    if (wanted instanceof Entry.Symlink symlink) {
      return status.isSymlink()
          && calls.readLink(layout.visible(present.path())).equals(symlink.target());
    }
    if (wanted instanceof Entry.Special special) {
      boolean device =
          special.kind() == Entry.Special.Kind.CHARACTER_DEVICE
              || special.kind() == Entry.Special.Kind.BLOCK_DEVICE;
      return status.type() == type(special)
          && (!device || (status.major() == special.major() && status.minor() == special.minor()));
    }
    return status.isRegular() && status.size() == 0;
  }

  private static int type(Entry.Special special) {
    return switch (special.kind()) {
      case FIFO -> FileStatus.FIFO;
      case SOCKET -> FileStatus.SOCKET;
      case CHARACTER_DEVICE -> FileStatus.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> FileStatus.BLOCK_DEVICE;
    };
  }

  private void add(Entry wanted, List<String> problems) throws IOException {
    Optional<Expected> expected = expectations.of(wanted);
    if (expected.isEmpty()) {
      return;
    }
    if (wanted instanceof Entry.Directory) {
      step(new Step.MakeDirectory(wanted.path()), problems);
      Frame frame = new Frame(wanted.path(), expected, Optional.empty(), false, List.of());
      frame.touched = true;
      frames.push(frame);
    } else if (wanted instanceof Entry.RegularFile file && file.size() > 0) {
      putLink(
          file,
          store.place(DataFile.of(file, expected.get()), OptionalLong.empty()),
          false,
          problems);
    } else {
      put(wanted, expected.get(), problems);
    }
  }

  private void putLink(
      Entry.RegularFile file, DataStore.Place place, boolean replaces, List<String> problems)
      throws IOException {
    statistics.link(file.size());
    step(new Step.PutLink(file.path(), place.name(), replaces), problems);
  }

  private void put(Entry wanted, Expected expected, List<String> problems) throws IOException {
    if (wanted instanceof Entry.Symlink symlink) {
      step(new Step.PutSymlink(wanted.path(), symlink.target(), expected), problems);
    } else if (wanted instanceof Entry.Special special) {
      step(
          new Step.PutNode(
              wanted.path(), type(special), special.major(), special.minor(), expected),
          problems);
    } else {
      step(new Step.PutNode(wanted.path(), FileStatus.REGULAR, 0, 0, expected), problems);
    }
  }
}
