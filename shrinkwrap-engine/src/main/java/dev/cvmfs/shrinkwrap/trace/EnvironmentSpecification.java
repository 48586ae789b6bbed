package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.spec.Rule;
import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Mountpoint;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A specification of what a shell's environment points to inside a repository: search paths of
 * programs and libraries with their direct children, module files, the roots of installed packages
 * whole.
 */
public final class EnvironmentSpecification {
  private static final Set<String> SEARCHED = Set.of("PATH", "LD_LIBRARY_PATH", "MODULEPATH");
  private static final Set<String> SINGLE =
      Set.of("_LMFILES_", "SSL_CERT_FILE", "X509_CERT_BUNDLE");
  private static final Set<String> WHOLE =
      Set.of(
          "CLASSPATH",
          "CONDA_PREFIX",
          "CUDA_HOME",
          "GEM_PATH",
          "JAVA_HOME",
          "JULIA_DEPOT_PATH",
          "JUPYTER_PATH",
          "LHAPDF_DATA_PATH",
          "NODE_PATH",
          "PERL5LIB",
          "PYTHONHOME",
          "PYTHONPATH",
          "QT_PLUGIN_PATH",
          "ROOTSYS",
          "RUBYLIB",
          "R_HOME",
          "R_LIBS",
          "R_LIBS_SITE",
          "TCLLIBPATH",
          "VIRTUAL_ENV",
          "X509_CERT_DIR");

  /** EasyBuild's roots of packages, Geant4's data. */
  private static final Pattern WHOLE_PATTERN = Pattern.compile("EBROOT.*|G4.*DATA");

  /** Where a shell happens to be, and what only compilers look at. */
  private static final Set<String> IGNORED =
      Set.of(
          "_",
          "PWD",
          "OLDPWD",
          "HOME",
          "CPATH",
          "CMAKE_PREFIX_PATH",
          "CMAKE_LIBRARY_PATH",
          "C_INCLUDE_PATH",
          "CPLUS_INCLUDE_PATH",
          "LIBRARY_PATH",
          "MANPATH",
          "INFOPATH",
          "PKG_CONFIG_PATH",
          "ACLOCAL_PATH");

  private EnvironmentSpecification() {}

  /**
   * What was made of an environment.
   *
   * @param text of the specification, sorted by variables; empty if none of them points there
   * @param unknown variables that point there as well, but nobody knows how much of it they mean
   */
  public record Made(ByteString text, SortedMap<String, String> unknown) {
    public Made {
      unknown = Collections.unmodifiableSortedMap(new TreeMap<>(unknown));
    }
  }

  /**
   * Makes it.
   *
   * @param mounted where the repository is seen, such as {@code /cvmfs/sft.cern.ch}
   * @param alsoWhole names of further variables that point to what is wanted whole
   */
  public static Made of(Map<String, String> environment, String mounted, Set<String> alsoWhole) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Set<String> told = new HashSet<>();
    SortedMap<String, String> unknown = new TreeMap<>();
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              Optional<Form> form = alsoWhole.contains(name) ? Optional.of(Form.TREE) : form(name);
              if (form.isPresent()) {
                add(name, value, mounted, form.get(), told, text);
              } else if (!IGNORED.contains(name) && value.contains(mounted + "/")) {
                unknown.put(name, value);
              }
            });
    return new Made(ByteString.of(text.toByteArray()), unknown);
  }

  /** How much of what a variable points to is wanted; empty if nobody knows. */
  private static Optional<Form> form(String name) {
    if (SEARCHED.contains(name)) {
      return Optional.of(Form.LISTING);
    }
    if (SINGLE.contains(name)) {
      return Optional.of(Form.ENTRY);
    }
    boolean whole = WHOLE.contains(name) || WHOLE_PATTERN.matcher(name).matches();
    return whole ? Optional.of(Form.TREE) : Optional.empty();
  }

  private static void add(
      String name,
      String value,
      String mounted,
      Form form,
      Set<String> told,
      ByteArrayOutputStream text) {
    boolean first = true;
    for (String part : value.split(":", -1)) {
      String path =
          new String(
              Mountpoint.withoutDots(part.getBytes(StandardCharsets.UTF_8)),
              StandardCharsets.UTF_8);
      boolean inside = part.startsWith("/") && path.startsWith(mounted + "/");
      if (inside && told.add(form + path)) {
        if (first) {
          text.writeBytes(("# " + name + "\n").getBytes(StandardCharsets.UTF_8));
          first = false;
        }
        text.writeBytes(Rule.write(form, TreePath.of(path.substring(mounted.length()))));
        text.write('\n');
      }
    }
  }
}
