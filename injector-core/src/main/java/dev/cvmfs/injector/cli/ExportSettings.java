package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.conf.Setting;
import dev.cvmfs.injector.inject.ShapingSettings;
import dev.cvmfs.shrinkwrap.posix.ExportOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What an export notes of the settings that it was made with. */
final class ExportSettings {
  private ExportSettings() {}

  /** Those that decide what the tree looks like. */
  static SortedMap<String, String> shape(CvmfsConf conf) throws IOException {
    return new TreeMap<>(ShapingSettings.of(conf).notes());
  }

  /**
   * The files that the original leaves in {@code .provenance}, with its lines.
   *
   * @param sourceBase the folder that files come from, if it is one
   * @param cache where what is fetched is kept
   */
  static SortedMap<String, byte[]> notes(
      String fqrn, String tool, Conf conf, String sourceBase, String cache, ExportOptions options) {
    SortedMap<String, byte[]> notes = new TreeMap<>();
    String files =
        conf.settings().stream()
            .filter(setting -> setting.line() > 0)
            .map(Setting::origin)
            .distinct()
            .collect(Collectors.joining(":"));
    notes.put("src.info", info(fqrn, tool, sourceBase, cache, files));
    notes.put(
        "dest.info",
        info(fqrn, "1.0", options.base().toString(), options.dataFolder().toString(), ""));
    String lines =
        conf.settings().stream()
            // Others may be passwords of registries.
            .filter(setting -> setting.key().startsWith("CVMFS_"))
            .map(setting -> setting.key() + "=" + withoutSecrets(setting) + "\n")
            .collect(Collectors.joining());
    notes.put("src.config", lines.getBytes(StandardCharsets.UTF_8));
    return notes;
  }

  private static String withoutSecrets(Setting setting) {
    boolean namesHosts = setting.key().endsWith("_PROXY") || setting.value().contains("://");
    return namesHosts ? setting.valueWithoutCredentials() : setting.value();
  }

  private static byte[] info(
      String fqrn, String version, String base, String cache, String config) {
    return "repo : %s\nversion : %s\nbase : %s\ncache : %s\nconfig : %s"
        .formatted(fqrn, version, base, cache, config)
        .getBytes(StandardCharsets.UTF_8);
  }
}
