package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.spec.Rule;
import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A specification of what a shell's environment points to inside a repository: search paths of
 * programs and libraries with their direct children, the roots of installed packages whole.
 */
public final class EnvironmentSpecification {
  private static final Set<String> SEARCHED = Set.of("PATH", "LD_LIBRARY_PATH", "MODULEPATH");
  private static final Set<String> WHOLE =
      Set.of(
          "PYTHONPATH",
          "PYTHONHOME",
          "VIRTUAL_ENV",
          "CONDA_PREFIX",
          "PERL5LIB",
          "ROOTSYS",
          "JAVA_HOME",
          "CLASSPATH");
  private static final String EASYBUILD_ROOT = "EBROOT";

  private EnvironmentSpecification() {}

  /**
   * The text of the specification, sorted by variables; nothing if none of them points there.
   *
   * @param mounted where the repository is seen, such as {@code /cvmfs/sft.cern.ch}
   */
  public static byte[] of(Map<String, String> environment, String mounted) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    Set<String> told = new HashSet<>();
    SortedMap<String, String> sorted = new TreeMap<>(environment);
    sorted.forEach(
        (name, value) -> {
          boolean whole = WHOLE.contains(name) || name.startsWith(EASYBUILD_ROOT);
          if (whole || SEARCHED.contains(name)) {
            add(name, value, mounted, whole ? Form.TREE : Form.LISTING, told, text);
          }
        });
    return text.toByteArray();
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
              Traces.normalized(part.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
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
