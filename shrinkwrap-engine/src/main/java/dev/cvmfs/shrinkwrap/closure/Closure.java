package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.closure.Addition.Why;
import dev.cvmfs.shrinkwrap.closure.RepositoryView.Found;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.elf.ElfFile;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What opened files need of the repository besides themselves, and what that needs, and so on:
 *
 * <ul>
 *   <li>programs: their loader, and libraries (see {@link LibrarySearch});
 *   <li>scripts: their interpreter;
 *   <li>Python modules: their package (see {@link PythonPackages}), with what the libraries in it
 *       need.
 * </ul>
 *
 * Symbolic links on the way to something are needed as well.
 */
public final class Closure {
  private static final int PREFETCHED = 32;

  private final RepositoryView view;
  private final Programs programs;
  private final LibrarySearch search;
  private final PythonPackages python;
  private final Map<TreePath, Addition> additions = new LinkedHashMap<>();
  private final Set<TreePath> opened = new HashSet<>();
  private final Deque<Item> queue = new ArrayDeque<>();
  private final Map<Place, Inherited> seen = new HashMap<>();
  private final SortedMap<ByteString, Set<TreePath>> missing = new TreeMap<>();
  private final Set<ByteString> foundNames = new HashSet<>();

  /**
   * A file whose needs are to be found.
   *
   * @param askedIn the directory in which it was found, perhaps as a symbolic link
   * @param inherited RPATHs of those that load it
   */
  private record Item(Entry.RegularFile file, TreePath askedIn, List<ByteString> inherited) {}

  /** A file, and the directory in which it was found. */
  private record Place(TreePath file, TreePath askedIn) {}

  /**
   * The lists of RPATHs that a file has inherited so far. There is one for each way through the
   * graph of libraries, and their number grows with a power of its depth; so after the first few a
   * list has to bring a directory that none before it had. What is lost by that is some order of
   * the same directories.
   */
  private static final class Inherited {
    private static final int FEW = 8;

    private final Set<List<ByteString>> lists = new HashSet<>();
    private final Set<ByteString> directories = new HashSet<>();

    boolean isNew(List<ByteString> list) {
      boolean more = directories.addAll(list);
      return (more || lists.size() < FEW) && lists.add(list);
    }
  }

  /**
   * A library that is needed, and was not found for any file.
   *
   * @param files how many files need it
   * @param by the first of them
   */
  public record Missing(ByteString name, int files, TreePath by) {}

  /**
   * What was found.
   *
   * @param additions in an order in which each comes after what needs it, as far as that is not
   *     itself part of a directory that was added whole
   * @param missing by their names
   * @param malformed files that cannot be loaded, and what is wrong with them
   */
  public record Result(
      List<Addition> additions, List<Missing> missing, SortedMap<TreePath, String> malformed) {
    public Result {
      additions = List.copyOf(additions);
      missing = List.copyOf(missing);
      malformed = Collections.unmodifiableSortedMap(new TreeMap<>(malformed));
    }

    /** Nothing was looked for. */
    public static Result nothing() {
      return new Result(List.of(), List.of(), Collections.emptySortedMap());
    }
  }

  private Closure(Snapshot snapshot, List<TreePath> libraryPath) {
    this.view = new RepositoryView(snapshot);
    this.programs = new Programs(snapshot.objects());
    this.search = new LibrarySearch(view, programs, libraryPath);
    this.python = new PythonPackages(view);
  }

  /**
   * Finds what files need.
   *
   * @param opened paths of files whose content was opened, as they were opened; others are ignored
   * @param libraryPath directories that the run had in LD_LIBRARY_PATH, as far as they are known
   * @throws CvmfsFailure if catalogs or content cannot be fetched or are not what they should be
   * @throws IOException if the local cache fails
   */
  public static Result of(
      Snapshot snapshot, Collection<TreePath> opened, List<TreePath> libraryPath)
      throws IOException {
    Closure closure = new Closure(snapshot, libraryPath);
    closure.start(opened.stream().sorted().toList());
    while (!closure.queue.isEmpty()) {
      closure.take(closure.queue.remove());
    }
    // What one file found will be loaded already when others ask for it.
    closure.missing.keySet().removeAll(closure.foundNames);
    List<Missing> missing = new ArrayList<>();
    closure.missing.forEach(
        (name, by) -> missing.add(new Missing(name, by.size(), by.iterator().next())));
    return new Result(
        List.copyOf(closure.additions.values()), missing, closure.programs.malformed());
  }

  private void start(List<TreePath> paths) throws IOException {
    for (TreePath path : paths) {
      Optional<Found> found = view.find(path.bytes());
      if (found.isPresent() && found.get().entry() instanceof Entry.RegularFile file) {
        opened.add(file.path());
        enqueue(new Item(file, found.get().askedIn(), List.of()));
      }
    }
    // Interpreters and directories of libraries have to be known before anything is looked for.
    Deque<Entry.RegularFile> ahead = new ArrayDeque<>();
    for (Item item : List.copyOf(queue)) {
      if (programs.isCandidate(item.file())) {
        ahead.add(item.file());
        view.objects().prefetch(item.file().objects().get(0));
        if (ahead.size() > PREFETCHED) {
          noteDirectories(ahead.remove());
        }
      }
    }
    for (Entry.RegularFile file : ahead) {
      noteDirectories(file);
    }
  }

  private void noteDirectories(Entry.RegularFile file) throws IOException {
    if (programs.of(file) instanceof Program.Binary binary) {
      ElfFile elf = binary.elf();
      if (elf.interpreter().isEmpty()) {
        search.loadedFrom(file.path().parent());
      }
      elf.interpreter()
          .flatMap(path -> view.findOnMachine(path.bytes()))
          .ifPresent(found -> search.hasInterpreter(found, elf.target()));
    }
  }

  private void enqueue(Item item) {
    Place place = new Place(item.file().path(), item.askedIn());
    if (seen.computeIfAbsent(place, first -> new Inherited()).isNew(item.inherited())) {
      queue.add(item);
    }
  }

  private void take(Item item) throws IOException {
    TreePath path = item.file().path();
    Program program = programs.of(item.file());
    if (program instanceof Program.Binary binary) {
      addInterpreter(binary.elf().interpreter(), path);
      addLibraries(binary.elf(), item);
    } else if (program instanceof Program.Script script) {
      addInterpreter(Optional.of(script.interpreter()), path);
    }
    for (Addition addition : python.of(path)) {
      if (add(addition) && addition.whole() && addition.why() == Why.PACKAGE) {
        takePackage(addition.path());
      }
    }
  }

  private void addInterpreter(Optional<ByteString> interpreter, TreePath by) {
    interpreter
        .flatMap(path -> view.findOnMachine(path.bytes()))
        .ifPresent(found -> addFound(found, Why.INTERPRETER, by, List.of()));
  }

  private void addLibraries(ElfFile elf, Item item) throws IOException {
    TreePath path = item.file().path();
    LibrarySearch.Seeker seeker =
        new LibrarySearch.Seeker(
            elf, new TreeSet<>(List.of(item.askedIn(), path.parent())), item.inherited());
    List<ByteString> inherited = search.passedOn(seeker);
    for (ByteString name : elf.needed()) {
      List<Found> found = search.find(name, seeker);
      found.forEach(library -> addFound(library, Why.LIBRARY, path, inherited));
      if (!found.isEmpty()) {
        foundNames.add(name);
      } else {
        missing.computeIfAbsent(name, first -> new LinkedHashSet<>()).add(path);
      }
    }
  }

  private void addFound(Found found, Why why, TreePath by, List<ByteString> inherited) {
    found.way().forEach(step -> add(new Addition(step, false, why, by)));
    add(new Addition(found.path(), false, why, by));
    if (found.entry() instanceof Entry.RegularFile file) {
      enqueue(new Item(file, found.askedIn(), inherited));
    }
  }

  /** Adds something unless it is there already. */
  private boolean add(Addition addition) {
    Addition present = additions.get(addition.path());
    boolean known = present != null && (present.whole() || !addition.whole());
    if (known || (opened.contains(addition.path()) && !addition.whole())) {
      return false;
    }
    additions.put(addition.path(), addition);
    return true;
  }

  /** Finds what lies in a package and needs something outside of it. */
  private void takePackage(TreePath directory) {
    List<Entry> wanted = new ArrayList<>();
    try (EntryCursor entries = view.below(directory)) {
      entries.forEachRemaining(
          entry -> {
            boolean program = entry instanceof Entry.RegularFile file && programs.isCandidate(file);
            if (program || entry instanceof Entry.Symlink) {
              wanted.add(entry);
            }
          });
    }
    for (Entry entry : wanted) {
      if (entry instanceof Entry.RegularFile file) {
        enqueue(new Item(file, file.path().parent(), List.of()));
      } else {
        view.find(entry.path().bytes())
            .filter(found -> !found.path().isAtOrBelow(directory))
            .ifPresent(found -> addFound(found, Why.LINK, entry.path(), List.of()));
      }
    }
  }
}
