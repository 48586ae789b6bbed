package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.closure.Addition.Why;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What belongs to a Python module of which a file was used: the outermost package that it lies in,
 * whole, which is the outermost directory with an {@code __init__.py} in an unbroken line upwards;
 * of a module outside of packages, source and compiled form; and the metadata of what was installed
 * ({@code .dist-info}, {@code .egg-info}), by which programs find versions and plug-ins.
 */
final class PythonPackages {
  private static final String INIT = "__init__.py";
  private static final String COMPILED = "__pycache__";

  /** Lists of files take a hundred bytes a file. */
  private static final int LONGEST_METADATA = 8 << 20;

  private final RepositoryView view;
  private final Map<TreePath, Map<String, Set<TreePath>>> metadata = new HashMap<>();

  PythonPackages(RepositoryView view) {
    this.view = view;
  }

  /** What belongs to a file; nothing if it is not Python's. */
  List<Addition> of(TreePath file) throws IOException {
    String name = text(file);
    boolean isLibrary = name.endsWith(".so");
    if (!isLibrary && !name.endsWith(".py") && !name.endsWith(".pyc")) {
      return List.of();
    }
    TreePath directory = file.parent();
    if (text(directory).equals(COMPILED)) {
      directory = directory.parent();
    }
    List<Addition> additions = new ArrayList<>();
    if (isPackage(directory)) {
      TreePath outermost = directory;
      while (!outermost.isRoot() && isPackage(outermost.parent())) {
        outermost = outermost.parent();
      }
      if (outermost.isRoot()) {
        // All of a repository is nobody's package.
        return List.of();
      }
      additions.add(new Addition(outermost, true, Why.PACKAGE, file));
      addMetadata(outermost.parent(), text(outermost), outermost, additions);
    } else {
      String module = name.substring(0, name.indexOf('.'));
      if (!isLibrary) {
        addForms(directory, module, file, additions);
      }
      addMetadata(directory, module, file, additions);
    }
    return additions;
  }

  private boolean isPackage(TreePath directory) {
    return view.child(directory, INIT).isPresent();
  }

  private void addForms(
      TreePath directory, String module, TreePath file, List<Addition> additions) {
    view.child(directory, module + ".py")
        .ifPresent(source -> additions.add(new Addition(source.path(), false, Why.MODULE, file)));
    if (view.child(directory, COMPILED).isPresent()) {
      TreePath compiled = directory.child(COMPILED.getBytes(StandardCharsets.US_ASCII));
      for (Entry entry : view.list(compiled)) {
        if (text(entry.path()).startsWith(module + ".")) {
          additions.add(new Addition(entry.path(), false, Why.MODULE, file));
        }
      }
    }
  }

  private void addMetadata(TreePath directory, String module, TreePath of, List<Addition> additions)
      throws IOException {
    if (!metadata.containsKey(directory)) {
      metadata.put(directory, readMetadata(directory));
    }
    Map<String, Set<TreePath>> ofModules = metadata.getOrDefault(directory, Map.of());
    for (TreePath path : ofModules.getOrDefault(normalized(module), Set.of())) {
      additions.add(new Addition(path, true, Why.METADATA, of));
    }
  }

  /** The metadata in a directory by the names of modules that they are about. */
  private Map<String, Set<TreePath>> readMetadata(TreePath directory) throws IOException {
    Map<String, Set<TreePath>> ofModules = new HashMap<>();
    List<Entry> about = new ArrayList<>();
    for (Entry entry : view.list(directory)) {
      String name = text(entry.path());
      if (name.endsWith(".dist-info") || name.endsWith(".egg-info")) {
        about.add(entry);
      }
    }
    for (Entry entry : about) {
      String name = text(entry.path());
      List<String> modules = new ArrayList<>(modules(entry));
      // NAME-VERSION.dist-info, NAME.egg-info
      modules.add(name.substring(0, name.lastIndexOf('.')).replaceFirst("-.*", ""));
      for (String module : modules) {
        ofModules.computeIfAbsent(normalized(module), first -> new TreeSet<>()).add(entry.path());
      }
    }
    return ofModules;
  }

  /** The top-level modules and packages that something installed consists of. */
  private List<String> modules(Entry about) throws IOException {
    if (!(about instanceof Entry.Directory)) {
      return List.of();
    }
    Optional<Entry> topLevel = view.child(about.path(), "top_level.txt");
    if (topLevel.isPresent() && topLevel.get() instanceof Entry.RegularFile file) {
      return lines(file);
    }
    Optional<Entry> record = view.child(about.path(), "RECORD");
    if (record.isPresent() && record.get() instanceof Entry.RegularFile file) {
      return lines(file).stream().map(PythonPackages::firstComponent).distinct().toList();
    }
    return List.of();
  }

  private static String firstComponent(String line) {
    String path = line.replaceFirst("^\"", "").replaceFirst("[,/].*", "");
    return path.endsWith(".py") ? path.substring(0, path.length() - 3) : path;
  }

  private List<String> lines(Entry.RegularFile file) throws IOException {
    try (InputStream content = FileContent.open(view.objects(), file)) {
      String text = new String(content.readNBytes(LONGEST_METADATA), StandardCharsets.ISO_8859_1);
      return text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
    }
  }

  /** Projects are called {@code a-b} where their packages are called {@code a_b}. */
  private static String normalized(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]+", "_");
  }

  private static String text(TreePath path) {
    return new String(path.name(), StandardCharsets.ISO_8859_1);
  }
}
