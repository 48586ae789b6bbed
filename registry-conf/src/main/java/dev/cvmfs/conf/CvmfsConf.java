package dev.cvmfs.conf;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a configuration says about one CVMFS repository, under the names and with the defaults that
 * CVMFS itself has.
 *
 * <p>Every method throws {@link ConfFailure} if the setting it reads makes no sense. Relative paths
 * count from the folder of the file that they stand in.
 */
public final class CvmfsConf {
  private static final Pattern FQRN =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*(\\.[A-Za-z0-9_-]+)+");
  private static final int LONGEST_NAME = 255;
  private static final Path DEFAULT_KEYS = Path.of("/etc/cvmfs/keys");

  private final MachineConf machine;
  private final Conf conf;
  private final String fqrn;
  private final RepositorySettings settings;

  private CvmfsConf(MachineConf machine, String fqrn) {
    this.machine = machine;
    this.conf = machine.settings();
    this.fqrn = fqrn;
    this.settings = new RepositorySettings(conf, fqrn);
  }

  /**
   * The settings for a repository.
   *
   * @param fqrn its fully qualified name, such as {@code sft.cern.ch}
   */
  public static CvmfsConf of(Conf conf, String fqrn) {
    return of(MachineConf.none(conf), fqrn);
  }

  /** The same on a machine whose own configuration is to be followed. */
  public static CvmfsConf of(MachineConf machine, String fqrn) {
    if (!isName(fqrn)) {
      throw new ConfFailure(
          "'%s' is not a fully qualified repository name, such as sft.cern.ch".formatted(fqrn));
    }
    refuseWhatChangesTheResult(machine.settings());
    return new CvmfsConf(machine, fqrn);
  }

  /** Whether a repository may have this as its fully qualified name. */
  public static boolean isName(String fqrn) {
    return fqrn.length() <= LONGEST_NAME && FQRN.matcher(fqrn).matches();
  }

  /** Settings that this program does not know how to follow, and must not pass over. */
  private static void refuseWhatChangesTheResult(Conf conf) {
    Optional<Setting> helper = conf.nonEmpty("CVMFS_AUTHZ_HELPER");
    if (helper.isPresent()) {
      throw new ConfFailure(
          "%s: CVMFS_AUTHZ_HELPER asks for an authorization of readers (VOMS), which is not supported; repositories that need none can be read without this setting"
              .formatted(helper.get().where()));
    }
  }

  public String fqrn() {
    return fqrn;
  }

  /** What was odd about the settings, for the user. */
  public List<String> warnings() {
    return conf.warnings();
  }

  /** Servers, proxies, patience. */
  public CvmfsNetworkConf network() {
    return new CvmfsNetworkConf(settings);
  }

  /**
   * How many bytes the cache may hold, empty for any number: {@code OCI_CACHE_QUOTA}, else {@code
   * CVMFS_QUOTA_LIMIT}, in MB, -1 for no limit.
   */
  public OptionalLong cacheQuota() {
    String key =
        settings.set("OCI_CACHE_QUOTA").isPresent() ? "OCI_CACHE_QUOTA" : "CVMFS_QUOTA_LIMIT";
    long megabytes = conf.number(key, -1, -1, 1L << 40);
    return megabytes < 0 ? OptionalLong.empty() : OptionalLong.of(megabytes << 20);
  }

  /** Caches of others to look into, separated by colons ({@code OCI_CACHE_READONLY}). */
  public List<Path> readOnlyCaches() {
    return settings
        .set("OCI_CACHE_READONLY")
        .map(
            setting ->
                RepositorySettings.split(setting.value(), ":")
                    .map(name -> settings.resolve(setting, name))
                    .toList())
        .orElse(List.of());
  }

  /** A cache that CVMFS itself filled ({@code CVMFS_ALIEN_CACHE}). */
  public Optional<Path> alienCache() {
    return settings.path("CVMFS_ALIEN_CACHE");
  }

  /**
   * The master keys' files, at least one: {@code CVMFS_PUBLIC_KEY} (separated by colons), else all
   * {@code *.pub} in {@code CVMFS_KEYS_DIR}, else those in {@code /etc/cvmfs/keys}. That they can
   * be read is not checked here.
   */
  public List<Path> publicKeys() {
    Optional<Setting> keys = settings.set("CVMFS_PUBLIC_KEY");
    if (keys.isPresent()) {
      return RepositorySettings.split(keys.get().value(), ":")
          .map(name -> settings.resolve(keys.get(), name))
          .toList();
    }
    Optional<Setting> folder = settings.set("CVMFS_KEYS_DIR");
    Path directory =
        folder.map(setting -> settings.resolve(setting, setting.value())).orElse(DEFAULT_KEYS);
    String where =
        folder
            .map(setting -> "%s: CVMFS_KEYS_DIR is %s, but".formatted(setting.where(), directory))
            .orElse("no master key for %s:".formatted(fqrn));
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.pub")) {
      files.forEach(found::add);
    } catch (IOException e) {
      throw new ConfFailure(
          "%s the folder %s cannot be read. Set CVMFS_PUBLIC_KEY to the file with the master key that the repository's publishers gave out"
              .formatted(where, directory),
          e);
    }
    if (found.isEmpty()) {
      throw new ConfFailure(
          "%s there is no *.pub file in %s. Set CVMFS_PUBLIC_KEY to the file with the master key that the repository's publishers gave out"
              .formatted(where, directory));
    }
    return found.stream().sorted().toList();
  }

  /**
   * The files with revoked certificates and refused revisions: {@code CVMFS_BLACKLIST}, else {@code
   * /etc/cvmfs/blacklist} if it is there; and {@code etc/cvmfs/blacklist} of the configuration
   * repository, which no setting takes away.
   */
  public List<Path> blacklists() {
    return machine.blacklists(settings.path("CVMFS_BLACKLIST")).toList();
  }

  /** Whether all files belong to whoever reads them ({@code CVMFS_CLAIM_OWNERSHIP}). */
  public boolean claimOwnership() {
    return conf.flag("CVMFS_CLAIM_OWNERSHIP", false);
  }

  /** Whether everybody may read everything ({@code CVMFS_WORLD_READABLE}). */
  public boolean worldReadable() {
    return conf.flag("CVMFS_WORLD_READABLE", false);
  }

  /**
   * The variables that resolve variant symlinks, by name ({@code CVMFS_SHRINKWRAP_SYMLINK_VARS},
   * {@code NAME=value} separated by blanks). Without any, these links stay as they are stored; no
   * variable is ever taken from the environment.
   */
  public SortedMap<String, String> symlinkVariables() {
    SortedMap<String, String> variables = new TreeMap<>();
    settings
        .set("CVMFS_SHRINKWRAP_SYMLINK_VARS")
        .ifPresent(
            setting ->
                RepositorySettings.split(setting.value(), "\\s+")
                    .forEach(
                        assignment -> {
                          String[] parts = assignment.split("=", 2);
                          if (parts.length < 2
                              || !ShellLexer.isName(parts[0])
                              || variables.put(parts[0], parts[1]) != null) {
                            throw new ConfFailure(
                                "%s: CVMFS_SHRINKWRAP_SYMLINK_VARS must be a list of NAME=value, each name once, but has '%s'"
                                    .formatted(setting.where(), assignment));
                          }
                        }));
    return Collections.unmodifiableSortedMap(variables);
  }

  /**
   * Whether to do without signatures, so that whoever controls the network decides what is read
   * ({@code CVMFS_SHRINKWRAP_UNVERIFIED}); objects are still checked against their hashes.
   */
  public boolean unverified() {
    return conf.flag("CVMFS_SHRINKWRAP_UNVERIFIED", false);
  }

  /** The file that maps owners ({@code CVMFS_UID_MAP}). */
  public Optional<Path> uidMap() {
    return settings.path("CVMFS_UID_MAP");
  }

  /** The file that maps groups ({@code CVMFS_GID_MAP}). */
  public Optional<Path> gidMap() {
    return settings.path("CVMFS_GID_MAP");
  }

  /** Which state of a repository is wanted. */
  public sealed interface Pin {
    /** Whatever is published at the time of asking. */
    record Newest() implements Pin {}

    /** The state with this root hash, in text form. */
    record RootHash(String hash) implements Pin {}

    /** The state that the repository's history calls so. */
    record Tag(String name) implements Pin {}

    /** The last state in the repository's history that is not younger. */
    record Date(Instant date) implements Pin {}
  }

  /**
   * The wanted state: {@code CVMFS_ROOT_HASH}, else {@code CVMFS_REPOSITORY_TAG}, else {@code
   * CVMFS_REPOSITORY_DATE} ({@code YYYY-MM-DDThh:mm:ssZ}), else the newest.
   */
  public Pin pin() {
    Optional<Setting> hash = settings.set("CVMFS_ROOT_HASH");
    if (hash.isPresent()) {
      return new Pin.RootHash(hash.get().value().toLowerCase(Locale.ROOT));
    }
    Optional<Setting> tag = settings.set("CVMFS_REPOSITORY_TAG");
    if (tag.isPresent()) {
      return new Pin.Tag(tag.get().value());
    }
    Optional<Setting> date = settings.set("CVMFS_REPOSITORY_DATE");
    if (date.isEmpty()) {
      return new Pin.Newest();
    }
    try {
      return new Pin.Date(Instant.parse(date.get().value()));
    } catch (DateTimeParseException e) {
      throw new ConfFailure(
          "%s: CVMFS_REPOSITORY_DATE is '%s', but must be like 2026-01-31T23:59:59Z"
              .formatted(date.get().where(), date.get().value()),
          e);
    }
  }
}
