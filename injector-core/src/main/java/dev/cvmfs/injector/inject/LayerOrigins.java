package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.slice.LayerShape;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a layer says in {@code .provenance} about how it was made; claims, until the layer is proven
 * to come out of them.
 *
 * @param repositories by fully qualified name
 */
record LayerOrigins(SortedMap<String, Origin> repositories) {
  /**
   * The options of which the value itself is noted. Not among them is {@code
   * CVMFS_SHRINKWRAP_UNVERIFIED}: a layer cannot have signatures left unchecked.
   */
  private static final Set<String> SETTINGS =
      Set.of(
          "CVMFS_CLAIM_OWNERSHIP",
          "CVMFS_WORLD_READABLE",
          "CVMFS_SHRINKWRAP_SYMLINK_VARS",
          "OCI_ESTARGZ",
          "OCI_HARDLINKS",
          "OCI_SINGLE_MEMBER");

  LayerOrigins {
    repositories = Collections.unmodifiableSortedMap(new TreeMap<>(repositories));
  }

  /**
   * The directory that all repositories are in.
   *
   * @throws LayerFormatException if they say different things
   */
  String prefix() {
    List<String> prefixes = repositories.values().stream().map(Origin::prefix).distinct().toList();
    if (prefixes.size() > 1) {
      throw new LayerFormatException("it names several mount points: " + prefixes);
    }
    return prefixes.isEmpty() ? MountPoint.USUAL : prefixes.get(0);
  }

  /**
   * How one repository's part was made.
   *
   * @param prefix the directory that the repositories are in
   * @param settings options that shaped it, as keys of a configuration; those that are not set are
   *     there without a value
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Origin(byte[] specification, String prefix, Map<String, String> settings) {}

  /**
   * How the layer is built.
   *
   * @throws LayerFormatException if the repositories' parts do not agree
   */
  LayerShape shape() {
    Set<LayerShape> shapes =
        repositories.values().stream().map(LayerOrigins::shape).collect(Collectors.toSet());
    if (shapes.size() != 1) {
      throw new LayerFormatException("it does not say how it is built");
    }
    return shapes.iterator().next();
  }

  private static LayerShape shape(Origin origin) {
    try {
      return LayerShape.of(Conf.of(origin.settings(), "the layer")::flag);
    } catch (ConfFailure e) {
      throw new LayerFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads them.
   *
   * @throws LayerFormatException if a part of them is missing or makes no sense
   */
  static LayerOrigins of(PresentLayer layer) throws IOException {
    SortedMap<String, Origin> origins = new TreeMap<>();
    LayerProvenance.files(layer)
        .forEach((fqrn, content) -> origins.put(fqrn, origin(fqrn, content)));
    return new LayerOrigins(origins);
  }

  private static Origin origin(String fqrn, Map<String, byte[]> files) {
    byte[] specification = files.get(LayerProvenance.SPECIFICATION);
    byte[] info = files.get(LayerProvenance.INFO);
    if (specification == null || info == null) {
      throw new LayerFormatException(
          "the layer has no %s or no %s for %s"
              .formatted(LayerProvenance.SPECIFICATION, LayerProvenance.INFO, fqrn));
    }
    Map<String, String> settings = new LinkedHashMap<>();
    SETTINGS.forEach(key -> settings.put(key, ""));
    String prefix =
        LayerRecipe.prefix(info)
            .orElseThrow(
                () -> new LayerFormatException("the layer does not say where it mounts " + fqrn));
    for (String line : new String(info, StandardCharsets.UTF_8).split("\n", -1)) {
      int separator = line.indexOf(" : ");
      if (separator > 0 && SETTINGS.contains(line.substring(0, separator))) {
        settings.put(line.substring(0, separator), line.substring(separator + 3));
      }
    }
    requireMeaningful(fqrn, settings);
    return new Origin(specification, prefix, settings);
  }

  /** What the layer says wrongly must not pass for a mistake in the user's configuration. */
  private static void requireMeaningful(String fqrn, Map<String, String> settings) {
    try {
      CvmfsConf conf = CvmfsConf.of(Conf.of(settings, "the layer"), fqrn);
      conf.claimOwnership();
      conf.worldReadable();
      conf.symlinkVariables();
    } catch (ConfFailure e) {
      throw new LayerFormatException(String.valueOf(e.getMessage()), e);
    }
  }
}
