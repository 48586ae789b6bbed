package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.shrinkwrap.spec.Specification;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a layer says in {@code .provenance/<fqrn>/} about how it came to be: {@code src.spec}, the
 * specification, and {@code layer.info}, the options that shaped it. Never a time, a host, a path
 * or a secret: the layer's bytes must not depend on them.
 */
public final class LayerProvenance {
  /** The name of the file with the specification. */
  public static final String SPECIFICATION = "src.spec";

  static final String INFO = "layer.info";

  private LayerProvenance() {}

  /** Names and contents of the files, sorted. */
  static SortedMap<String, byte[]> files(
      Specification specification, String prefix, LayerShape shape, CvmfsConf conf)
      throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put(INFO, LayerInfo.of(prefix, shape, ShapingSettings.of(conf)).bytes());
    files.put(SPECIFICATION, specification.source());
    return files;
  }

  /**
   * All that a layer says, names and contents of the files by repository.
   *
   * @throws LayerFormatException if it says too much
   */
  static SortedMap<String, SortedMap<String, byte[]>> files(PresentLayer layer) throws IOException {
    SortedMap<String, SortedMap<String, byte[]>> files = new TreeMap<>();
    LayerLimits.Budget budget = LayerLimits.provenance();
    try (Cursor<TreeItem> tree = layer.tree()) {
      Optional<String> folder = Optional.empty();
      while (tree.hasNext()) {
        TreeItem item = tree.next();
        String name = item.entry().name().toString();
        if (folder.isPresent() && name.startsWith(folder.get())) {
          List<String> path = List.of(name.substring(folder.get().length()).split("/", -1));
          if (path.size() == 2) {
            if (!budget.take(name.length(), item.content().length())) {
              throw new LayerFormatException("the layer's .provenance is longer than any may be");
            }
            files
                .computeIfAbsent(path.get(0), fqrn -> new TreeMap<>())
                .put(path.get(1), item.content().bytes());
          }
        } else if (folder.isEmpty() && name.endsWith(LayerNames.PROVENANCE)) {
          folder = Optional.of(name + "/");
        } else if (folder.isPresent() || !name.contains(LayerNames.GARBAGE)) {
          // It comes first but for the lists of garbage, so there is no more of it.
          return files;
        }
      }
    }
    return files;
  }
}
