package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The settings that decide what the files of a repository look like, as they are noted in what is
 * made with them.
 *
 * @param notes by key, in the order in which they are noted; those that are as usual are not there
 */
public record ShapingSettings(Map<String, String> notes) {
  private static final String CLAIM_OWNERSHIP = "CVMFS_CLAIM_OWNERSHIP";
  private static final String WORLD_READABLE = "CVMFS_WORLD_READABLE";
  private static final String SYMLINK_VARIABLES = "CVMFS_SHRINKWRAP_SYMLINK_VARS";

  /**
   * Those of which a note has the value. Of maps of owners it has the digest; and that signatures
   * were left unchecked is not for a note to decide.
   */
  private static final Set<String> TOLD =
      Set.of(CLAIM_OWNERSHIP, WORLD_READABLE, SYMLINK_VARIABLES);

  public ShapingSettings {
    notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
  }

  /**
   * Those of a configuration.
   *
   * @throws IOException if a map of owners cannot be read
   */
  public static ShapingSettings of(CvmfsConf conf) throws IOException {
    Map<String, String> notes = new LinkedHashMap<>();
    addFlag(notes, CLAIM_OWNERSHIP, conf.claimOwnership());
    addFlag(notes, WORLD_READABLE, conf.worldReadable());
    addMap(notes, "CVMFS_UID_MAP", conf.uidMap());
    addMap(notes, "CVMFS_GID_MAP", conf.gidMap());
    if (!conf.symlinkVariables().isEmpty()) {
      notes.put(
          SYMLINK_VARIABLES,
          conf.symlinkVariables().entrySet().stream()
              .map(variable -> variable.getKey() + "=" + variable.getValue())
              .collect(Collectors.joining(" ")));
    }
    addFlag(notes, "CVMFS_SHRINKWRAP_UNVERIFIED", conf.unverified());
    return new ShapingSettings(notes);
  }

  /**
   * What notes tell of a configuration: a value for each setting that they can tell, an empty one
   * where it was as usual.
   *
   * @param notes which may have others as well
   */
  static Map<String, String> told(Map<String, String> notes) {
    Map<String, String> told = new LinkedHashMap<>();
    TOLD.forEach(key -> told.put(key, notes.getOrDefault(key, "")));
    return told;
  }

  private static void addFlag(Map<String, String> notes, String key, boolean value) {
    if (value) {
      notes.put(key, "yes");
    }
  }

  private static void addMap(Map<String, String> notes, String key, Optional<Path> file)
      throws IOException {
    if (file.isPresent()) {
      notes.put(key, Digest.sha256(Files.readAllBytes(file.get())).toString());
    }
  }
}
