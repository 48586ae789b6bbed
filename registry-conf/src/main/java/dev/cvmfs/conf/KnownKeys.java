package dev.cvmfs.conf;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The parameters that CVMFS and this program know, to find misspelt ones. Other names are allowed,
 * because CVMFS's variant symlinks may use any variable, but not if they look like one of ours.
 */
final class KnownKeys {
  private static final Set<String> NAMES = new TreeSet<>();
  private static final List<String> FAMILIES = new ArrayList<>();

  static {
    String text = new String(OwnResources.bytes("known-keys.txt"), StandardCharsets.UTF_8);
    for (String line : text.split("\n", -1)) {
      if (line.endsWith("*")) {
        FAMILIES.add(line.substring(0, line.length() - 1));
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        NAMES.add(line);
      }
    }
  }

  private KnownKeys() {}

  /** A warning for each setting whose name is probably wrong. */
  static List<String> warnings(Conf conf) {
    List<String> warnings = new ArrayList<>();
    for (Setting setting : conf.settings()) {
      if (!isKnown(setting.key())) {
        Optional<String> nearest = nearest(setting.key());
        if (nearest.isPresent() || isOurs(setting.key())) {
          warnings.add(
              "%s: unknown parameter %s%s"
                  .formatted(
                      setting.where(),
                      setting.key(),
                      nearest.map(name -> "; did you mean " + name + "?").orElse("")));
        }
      }
    }
    return warnings;
  }

  private static boolean isOurs(String key) {
    return key.startsWith("OCI_") || key.startsWith("CVMFS_");
  }

  private static boolean isKnown(String key) {
    return NAMES.contains(key) || FAMILIES.stream().anyMatch(key::startsWith);
  }

  private static Optional<String> nearest(String key) {
    String upper = key.toUpperCase(Locale.ROOT);
    int limit = Math.min(3, upper.length() / 4);
    String nearest = "";
    int best = limit + 1;
    for (String name : NAMES) {
      int distance = EditDistance.between(upper, name);
      if (distance < best) {
        best = distance;
        nearest = name;
      }
    }
    return best <= limit ? Optional.of(nearest) : Optional.empty();
  }
}
