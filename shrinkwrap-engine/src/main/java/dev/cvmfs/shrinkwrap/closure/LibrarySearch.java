package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.closure.RepositoryView.Found;
import dev.cvmfs.shrinkwrap.elf.ElfFile;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Finds libraries in the order of ld.so(8): RPATH of the file and of those that loaded it, unless
 * it has a RUNPATH; LD_LIBRARY_PATH; RUNPATH; what the interpreter has built in, if it is of the
 * repository as well. The run's LD_LIBRARY_PATH is not recorded, so directories from which
 * something was loaded stand for it, last of all.
 *
 * <p>In the first directory that has a library for the same kind of machine, its variants for newer
 * models ({@code glibc-hwcaps}) are found too. The machine's own directories are not searched.
 */
final class LibrarySearch {
  private final RepositoryView view;
  private final Programs programs;
  private final List<TreePath> libraryPath;
  private final SortedSet<ByteString> loadedFrom = new TreeSet<>();
  private final SortedSet<ByteString> builtIn = new TreeSet<>();

  /**
   * @param libraryPath what the run had in LD_LIBRARY_PATH, as far as it is known
   */
  LibrarySearch(RepositoryView view, Programs programs, List<TreePath> libraryPath) {
    this.view = view;
    this.programs = programs;
    this.libraryPath = List.copyOf(libraryPath);
  }

  /**
   * Where a file looks for what it needs.
   *
   * @param origins its directory: as it was asked for, and where it really is
   * @param inherited the RPATHs of those that loaded it
   */
  record Seeker(ElfFile elf, Set<TreePath> origins, List<ByteString> inherited) {}

  /** Takes note that a library was loaded from a directory. */
  void loadedFrom(TreePath directory) {
    loadedFrom.add(ByteString.of(directory.bytes()));
  }

  /** Takes note of an interpreter, which searches around where it is. */
  void hasInterpreter(Found interpreter, ElfFile.Target target) {
    TreePath directory = interpreter.path().parent();
    byte[] prefix = directory.parent().bytes();
    builtIn.add(ByteString.of(directory.bytes()));
    for (String lib : Machine.of(target).lib(target)) {
      builtIn.add(ByteString.of(TreePath.joined(prefix, bytes(lib))));
      builtIn.add(ByteString.of(TreePath.joined(prefix, bytes("usr/" + lib))));
    }
  }

  /**
   * What a file passes on to those that it loads: its RPATH, unless it has a RUNPATH, which
   * replaces that; and the RPATHs of those that loaded it. As directories in the repository.
   */
  List<ByteString> passedOn(Seeker seeker) {
    Set<ByteString> directories = new LinkedHashSet<>();
    if (seeker.elf().runpath().isEmpty()) {
      seeker.elf().rpath().ifPresent(path -> directories.addAll(directories(path, seeker)));
    }
    directories.addAll(seeker.inherited());
    return List.copyOf(directories);
  }

  /** The library of a name, and its variants; nothing if it is not in the repository. */
  List<Found> find(ByteString name, Seeker seeker) throws IOException {
    String text = latin(name.bytes());
    if (text.contains("/")) {
      return path(text, seeker);
    }
    List<ByteString> directories = new ArrayList<>();
    if (seeker.elf().runpath().isEmpty()) {
      directories.addAll(passedOn(seeker));
    }
    libraryPath.forEach(path -> directories.add(ByteString.of(path.bytes())));
    seeker.elf().runpath().ifPresent(path -> directories.addAll(directories(path, seeker)));
    directories.addAll(builtIn);
    directories.addAll(loadedFrom);
    for (ByteString directory : directories) {
      List<Found> found = in(directory, name, seeker.elf().target());
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  /** A name with a slash is a path. */
  private List<Found> path(String name, Seeker seeker) throws IOException {
    for (String path : expanded(name, seeker)) {
      Optional<Found> found =
          view.findOnMachine(bytes(path)).filter(file -> file.entry() instanceof Entry.RegularFile);
      if (found.isPresent()) {
        return List.of(found.get());
      }
    }
    return List.of();
  }

  private List<Found> in(ByteString directory, ByteString name, ElfFile.Target target)
      throws IOException {
    List<Found> all = new ArrayList<>();
    addFitting(TreePath.joined(directory.bytes(), name.bytes()), target, all);
    for (String model : Machine.of(target).capabilities()) {
      byte[] models = TreePath.joined(directory.bytes(), bytes("glibc-hwcaps/" + model));
      addFitting(TreePath.joined(models, name.bytes()), target, all);
    }
    return all;
  }

  private void addFitting(byte[] path, ElfFile.Target target, List<Found> all) throws IOException {
    Optional<Found> found = view.find(path);
    if (found.isPresent()
        && found.get().entry() instanceof Entry.RegularFile file
        && programs.of(file) instanceof Program.Binary library
        && library.elf().target().equals(target)) {
      all.add(found.get());
    }
  }

  /** The directories of a search path that are inside the repository. */
  private List<ByteString> directories(ByteString searchPath, Seeker seeker) {
    List<ByteString> directories = new ArrayList<>();
    for (String element : latin(searchPath.bytes()).split(":", -1)) {
      for (String path : expanded(element, seeker)) {
        view.mountpoint()
            .inside(bytes(path))
            .ifPresent(inside -> directories.add(ByteString.of(inside)));
      }
    }
    return directories;
  }

  /** Text with the values of {@code $ORIGIN}, {@code $LIB} and {@code $PLATFORM}. */
  private List<String> expanded(String text, Seeker seeker) {
    Machine machine = Machine.of(seeker.elf().target());
    List<String> origins =
        seeker.origins().stream()
            .sorted()
            .map(origin -> latin(view.mountpoint().onMachine(origin)))
            .toList();
    List<String> all = replaced(List.of(text), "ORIGIN", origins);
    all = replaced(all, "LIB", machine.lib(seeker.elf().target()));
    return replaced(all, "PLATFORM", machine.platforms());
  }

  private static List<String> replaced(List<String> texts, String variable, List<String> values) {
    List<String> replaced = new ArrayList<>();
    for (String text : texts) {
      String bare = text.replace("${" + variable + "}", "$" + variable);
      if (bare.contains("$" + variable)) {
        values.forEach(value -> replaced.add(bare.replace("$" + variable, value)));
      } else {
        replaced.add(text);
      }
    }
    return replaced;
  }

  /** Any bytes as text, a character for each. */
  private static String latin(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String latin) {
    return latin.getBytes(StandardCharsets.ISO_8859_1);
  }
}
