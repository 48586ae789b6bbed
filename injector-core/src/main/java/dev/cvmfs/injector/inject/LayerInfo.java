package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.slice.LayerShape;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * {@code layer.info}: the options that shaped a repository's part of a layer, in lines {@code key :
 * value}; those that are as usual have none.
 *
 * @param lines by key, in their order
 */
record LayerInfo(Map<String, String> lines) {
  private static final String PREFIX = "prefix";
  private static final String SEPARATOR = " : ";

  LayerInfo {
    lines = Collections.unmodifiableMap(new LinkedHashMap<>(lines));
  }

  /**
   * What a new layer is to say.
   *
   * @param prefix the directory that the repositories are in
   */
  static LayerInfo of(String prefix, LayerShape shape, ShapingSettings settings) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("format", "1");
    lines.put(PREFIX, prefix);
    lines.putAll(shape.settings());
    lines.putAll(settings.notes());
    return new LayerInfo(lines);
  }

  /** Reads what a layer says; lines of another form are passed over. */
  static LayerInfo parse(byte[] file) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : new String(file, StandardCharsets.UTF_8).split("\n", -1)) {
      int separator = line.indexOf(SEPARATOR);
      if (separator > 0) {
        lines.put(line.substring(0, separator), line.substring(separator + SEPARATOR.length()));
      }
    }
    return new LayerInfo(lines);
  }

  /** The file. */
  byte[] bytes() {
    StringBuilder text = new StringBuilder();
    lines.forEach((key, value) -> text.append(key).append(SEPARATOR).append(value).append('\n'));
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** The keys of what another says otherwise, sorted. */
  SortedSet<String> differences(LayerInfo other) {
    SortedSet<String> keys = new TreeSet<>(lines.keySet());
    keys.addAll(other.lines.keySet());
    keys.removeIf(key -> Objects.equals(lines.get(key), other.lines.get(key)));
    return keys;
  }

  /** The directory that the repositories are in, if there can be such a one. */
  Optional<String> prefix() {
    return Optional.ofNullable(lines.get(PREFIX)).filter(MountPoint::isValid);
  }

  /**
   * How the layer is built.
   *
   * @throws LayerFormatException if there can be no such layer
   */
  LayerShape shape() {
    try {
      return LayerShape.of(Conf.of(lines, "the layer")::flag);
    } catch (ConfFailure e) {
      throw new LayerFormatException(String.valueOf(e.getMessage()), e);
    }
  }

  /** What it tells of the configuration, see {@link ShapingSettings#told}. */
  Map<String, String> settings() {
    return ShapingSettings.told(lines);
  }
}
