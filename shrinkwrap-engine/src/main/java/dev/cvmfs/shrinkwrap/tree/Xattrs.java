package dev.cvmfs.shrinkwrap.tree;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Extended attributes: names (bytes) to values (bytes), sorted by name, immutable. */
public final class Xattrs {
  public static final Xattrs NONE = new Xattrs(new TreeMap<>(Arrays::compareUnsigned));

  private final SortedMap<byte[], byte[]> byName;

  private Xattrs(SortedMap<byte[], byte[]> byName) {
    this.byName = byName;
  }

  /** Copies the map; the names' order is bytewise whatever the map's own order is. */
  public static Xattrs of(Map<byte[], byte[]> attributes) {
    if (attributes.isEmpty()) {
      return NONE;
    }
    SortedMap<byte[], byte[]> sorted = new TreeMap<>(Arrays::compareUnsigned);
    attributes.forEach((name, value) -> sorted.put(name.clone(), value.clone()));
    return new Xattrs(sorted);
  }

  public boolean isEmpty() {
    return byName.isEmpty();
  }

  public int size() {
    return byName.size();
  }

  /**
   * Visits name and value of each attribute in the order of the names; neither array may be
   * changed.
   */
  public void forEach(BiConsumer<byte[], byte[]> visitor) {
    byName.forEach(visitor);
  }

  @Override
  public boolean equals(Object other) {
    if (!(other instanceof Xattrs that) || byName.size() != that.byName.size()) {
      return false;
    }
    return byName.entrySet().stream()
        .allMatch(e -> Arrays.equals(e.getValue(), that.byName.get(e.getKey())));
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (Map.Entry<byte[], byte[]> attribute : byName.entrySet()) {
      hash = 31 * hash + Arrays.hashCode(attribute.getKey());
      hash = 31 * hash + Arrays.hashCode(attribute.getValue());
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    byName.forEach(
        (name, value) ->
            text.append(text.length() > 1 ? ", " : "")
                .append(new String(name, java.nio.charset.StandardCharsets.ISO_8859_1))
                .append('=')
                .append(HexFormat.of().formatHex(value)));
    return text.append('}').toString();
  }
}
