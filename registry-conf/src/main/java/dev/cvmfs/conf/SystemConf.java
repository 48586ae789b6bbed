package dev.cvmfs.conf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what a machine's {@code /etc/cvmfs} says about a repository, as the FUSE client would
 * ({@code OptionsManager::ParseDefault} in CernVM-FS's options.cc). The files, the later winning:
 *
 * <ol>
 *   <li>{@code default.conf}, {@code default.d/*.conf}, {@code default.conf} of the configuration
 *       repository, {@code default.local};
 *   <li>{@code domain.d/<domain>.conf} of the configuration repository, {@code
 *       domain.d/<domain>.conf}, {@code domain.d/<domain>.local};
 *   <li>the same three for {@code config.d/<fqrn>}.
 * </ol>
 *
 * <p>The configuration repository ({@code CVMFS_CONFIG_REPOSITORY}, settled once {@code default.d}
 * has been read) is not mounted here but fetched, and what the settings call {@code /cvmfs/<its
 * name>/…}, such as folders of keys, is the fetched copy.
 *
 * <p><b>Two ways of reading.</b> CernVM-FS itself has two: its FUSE client runs these files through
 * a shell, while libcvmfs and its shrinkwrap read the files named on their command line with a
 * simple parser, which knows neither variables nor conditions. Each kind of file is read here as it
 * is read there: {@code /etc/cvmfs} by {@link ShellScript}, files given with {@code -c} by {@link
 * ConfParser}. One parser for both would have to guess: {@code A=b c} and {@code "b#c"} mean
 * different things to the two, and a {@code $} in a password is not a variable.
 */
public final class SystemConf {
  /** Where a machine's configuration is. */
  public static final Path FOLDER = Path.of("/etc/cvmfs");

  private static final String CONFIG_REPOSITORY = "CVMFS_CONFIG_REPOSITORY";
  private static final int DEEPEST_INCLUDE = 8;

  private final Path folder;
  private final Map<String, Setting> settings = new LinkedHashMap<>();
  private final Set<String> settled = new HashSet<>();
  private final List<String> warnings = new ArrayList<>();
  private Optional<Mounted> mounted = Optional.empty();

  /** A configuration repository: the path it would have, and the folder that stands for it. */
  private record Mounted(String mountpoint, Path folder) {}

  private SystemConf(Path folder) {
    this.folder = folder;
  }

  /** Whether a machine is configured for CVMFS. */
  public static boolean isPresent(Path folder) {
    return Files.exists(folder.resolve("default.conf"))
        || Files.exists(folder.resolve("default.local"))
        || Files.isDirectory(folder.resolve("default.d"));
  }

  /**
   * Reads the settings for a repository.
   *
   * @param folder usually {@link #FOLDER}
   * @throws ConfFailure if a file cannot be read, or names one that cannot
   */
  public static MachineConf read(Path folder, String fqrn, ConfigRepository configRepository) {
    SystemConf system = new SystemConf(folder);
    system.settings.put("CVMFS_FQRN", new Setting("CVMFS_FQRN", fqrn, "the repository's name", 0));
    system.settled.add("CVMFS_FQRN");
    system.readAll(fqrn, configRepository);
    return system.finish();
  }

  private void readAll(String fqrn, ConfigRepository configRepository) {
    ifPresent(folder.resolve("default.conf"));
    configurations(folder.resolve("default.d")).forEach(this::ifPresent);
    settled.add(CONFIG_REPOSITORY);
    mount(fqrn, configRepository);
    String domain = fqrn.substring(fqrn.indexOf('.') + 1);
    fromConfigRepository("default.conf");
    ifPresent(folder.resolve("default.local"));
    for (String name : List.of("domain.d/" + domain, "config.d/" + fqrn)) {
      fromConfigRepository(name + ".conf");
      ifPresent(folder.resolve(name + ".conf"));
      ifPresent(folder.resolve(name + ".local"));
    }
  }

  private void mount(String fqrn, ConfigRepository configRepository) {
    String name = value(CONFIG_REPOSITORY, "");
    if (name.isEmpty() || name.equals(fqrn)) {
      return;
    }
    MachineConf own = read(folder, name, configRepository);
    Path fetched = configRepository.fetch(CvmfsConf.of(own, name).fqrn(), own);
    String mountpoint = value("CVMFS_MOUNT_DIR", "/cvmfs") + "/" + name;
    mounted = Optional.of(new Mounted(mountpoint, fetched));
  }

  private String value(String key, String otherwise) {
    Setting setting = settings.get(key);
    return setting == null || setting.value().isEmpty() ? otherwise : setting.value();
  }

  private void fromConfigRepository(String name) {
    mounted.ifPresent(repository -> ifPresent(Path.of(repository.mountpoint(), "etc/cvmfs", name)));
  }

  private static List<Path> configurations(Path folder) {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.conf")) {
        found.forEach(files::add);
      } catch (IOException e) {
        throw new ConfFailure("the configurations in %s cannot be listed".formatted(folder), e);
      }
    }
    return files.stream().sorted().toList();
  }

  private void ifPresent(Path file) {
    if (!Files.exists(local(file))) {
      return;
    }
    // Each file is run on its own: what it does not mention itself is forgotten afterwards.
    Map<String, Setting> scope = new LinkedHashMap<>(settings);
    for (String name : run(file, "configuration " + file, scope, 0)) {
      Setting setting = scope.get(name);
      if (setting != null && !settled.contains(name)) {
        settings.put(name, setting);
      }
    }
  }

  private Set<String> run(Path file, String what, Map<String, Setting> scope, int depth) {
    if (depth > DEEPEST_INCLUDE) {
      throw new ConfFailure(what + " is read by a file that is read by it, or too deep");
    }
    ShellScript.Includer includer =
        (name, where) ->
            run(
                included(file, name, where),
                "%s: %s, which is to be read there,".formatted(where, name),
                scope,
                depth + 1);
    return new ShellScript(text(file, what), file.toString(), scope, includer, warnings).run();
  }

  private static Path included(Path file, String name, String where) {
    try {
      return file.resolveSibling(name).normalize();
    } catch (InvalidPathException e) {
      throw new ConfFailure("%s: no file can have this name".formatted(where), e);
    }
  }

  private String text(Path file, String what) {
    return ConfText.decode(ConfReader.bytes(local(file), what), file.toString(), warnings);
  }

  /** Where to read a file from: those of the configuration repository are elsewhere. */
  private Path local(Path file) {
    return mounted
        .filter(repository -> file.startsWith(repository.mountpoint()))
        .map(
            repository ->
                repository.folder().resolve(Path.of(repository.mountpoint()).relativize(file)))
        .orElse(file);
  }

  private MachineConf finish() {
    List<Setting> all = settings.values().stream().map(this::localised).toList();
    Conf conf = Conf.of(all, warnings);
    return new MachineConf(
        conf.with(Conf.of(List.of(), KnownKeys.warnings(conf))),
        folder,
        mounted.map(Mounted::folder));
  }

  /** Paths into the configuration repository become those of the fetched copy. */
  private Setting localised(Setting setting) {
    if (mounted.isEmpty()) {
      return setting;
    }
    String prefix = mounted.get().mountpoint() + "/";
    List<String> parts = new ArrayList<>();
    for (String part : setting.value().split(":", -1)) {
      parts.add(
          part.startsWith(prefix)
              ? mounted.get().folder().resolve(part.substring(prefix.length())).toString()
              : part);
    }
    return new Setting(setting.key(), String.join(":", parts), setting.origin(), setting.line());
  }
}
