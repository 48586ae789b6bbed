package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.slice.LayerShape;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a layer says in {@code .provenance} about how it was made; claims, until the layer is proven
 * to come out of them.
 *
 * @param repositories by fully qualified name
 */
record LayerOrigins(SortedMap<String, Origin> repositories) {
  LayerOrigins {
    repositories = Collections.unmodifiableSortedMap(new TreeMap<>(repositories));
  }

  /**
   * The directory that all repositories are in.
   *
   * @throws LayerFormatException if they say different things, or nothing
   */
  String prefix() {
    Set<String> prefixes = new TreeSet<>();
    repositories.forEach((fqrn, origin) -> prefixes.add(prefix(fqrn, origin.info())));
    if (prefixes.size() > 1) {
      throw new LayerFormatException("it names several mount points: " + prefixes);
    }
    return prefixes.isEmpty() ? MountPoint.USUAL : prefixes.iterator().next();
  }

  private static String prefix(String fqrn, LayerInfo info) {
    return info.prefix()
        .orElseThrow(
            () -> new LayerFormatException("the layer does not say where it mounts " + fqrn));
  }

  /** How one repository's part was made. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Origin(byte[] specification, LayerInfo info) {}

  /**
   * How the layer is built.
   *
   * @throws LayerFormatException if the repositories' parts do not agree
   */
  LayerShape shape() {
    Set<LayerShape> shapes =
        repositories.values().stream()
            .map(origin -> origin.info().shape())
            .collect(Collectors.toSet());
    if (shapes.size() != 1) {
      throw new LayerFormatException("it does not say how it is built");
    }
    return shapes.iterator().next();
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
    LayerInfo told = LayerInfo.parse(info);
    requireMeaningful(fqrn, told.settings());
    return new Origin(specification, told);
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
