package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The objects that a layer keeps though nothing links to them, so that they need not be fetched
 * again should they come back. The layer lists them in {@code .data/.garbage/<fqrn>}, a line for
 * each, in the order of their names.
 *
 * @param objects sorted by name, each with a name of its own
 */
public record Garbage(List<GarbageObject> objects) {
  /** More of them are not kept, for memory's sake. */
  public static final int MOST = 100_000;

  public static final Garbage NONE = new Garbage(List.of());

  public Garbage {
    objects = List.copyOf(objects);
    if (objects.size() > MOST) {
      throw new IllegalArgumentException("%d objects of garbage".formatted(objects.size()));
    }
    for (int i = 1; i < objects.size(); i++) {
      if (objects.get(i - 1).name().compareTo(objects.get(i).name()) >= 0) {
        throw new IllegalArgumentException("garbage out of order: " + objects.get(i).name());
      }
    }
  }

  /** These, in any order. */
  public static Garbage of(Collection<GarbageObject> objects) {
    List<GarbageObject> sorted = new ArrayList<>(objects);
    sorted.sort(Comparator.comparing(GarbageObject::name));
    return new Garbage(sorted);
  }

  /** As many of these as a layer may have, the first ones first. */
  public static Garbage beginning(List<GarbageObject> objects) {
    int count = 0;
    long listed = 0;
    for (GarbageObject object : objects) {
      listed += object.line().length();
      if (count == MOST || listed > LayerLimits.LARGEST_LISTS) {
        break;
      }
      count++;
    }
    return of(objects.subList(0, count));
  }

  /** Bytes of plain content. */
  public long bytes() {
    return objects.stream().mapToLong(GarbageObject::size).sum();
  }

  /** The entries of the lists, which come before everything else in the layer's last part. */
  List<TreeItem> lists(ByteString prefix) {
    if (objects.isEmpty()) {
      return List.of();
    }
    SortedMap<String, StringBuilder> lists = new TreeMap<>();
    for (GarbageObject object : objects) {
      lists.computeIfAbsent(object.fqrn(), fqrn -> new StringBuilder()).append(object.line());
    }
    LayerNames names = new LayerNames(prefix);
    List<TreeItem> items = new ArrayList<>();
    items.add(TreeItem.of(TarEntry.directory(names.garbage(), FixedAttributes.PRIVATE)));
    lists.forEach(
        (fqrn, lines) -> {
          byte[] content = lines.toString().getBytes(StandardCharsets.US_ASCII);
          items.add(
              new TreeItem(
                  TarEntry.file(names.garbage(fqrn), FixedAttributes.PRIVATE_FILE, content.length),
                  ByteString.of(content)));
        });
    return items;
  }
}
