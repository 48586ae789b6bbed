package dev.cvmfs.shrinkwrap.publisher;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * The counters of a catalog (CernVM-FS, catalog_counters.h): those of its own entries ({@code
 * self_}) and those of all catalogs below ({@code subtree_}).
 */
record CatalogStatistics(Map<String, Long> own, Map<String, Long> below) {

  CatalogStatistics {
    own = Map.copyOf(own);
    below = Map.copyOf(below);
  }

  static CatalogStatistics of(CatalogContents catalog) {
    Map<String, Long> own = zeroes();
    for (CatalogRow row : catalog.rows()) {
      count(row, own);
    }
    own.put("chunks", (long) catalog.chunks().size());
    own.put("nested", (long) catalog.nested().size());
    Map<String, Long> below = zeroes();
    for (CatalogContents.Nested nested : catalog.nested()) {
      nested.statistics().own().forEach((name, value) -> below.merge(name, value, Long::sum));
      nested.statistics().below().forEach((name, value) -> below.merge(name, value, Long::sum));
    }
    return new CatalogStatistics(own, below);
  }

  /** Visits every counter by its full name. */
  void forEach(BiConsumer<String, Long> visitor) {
    own.forEach((name, value) -> visitor.accept("self_" + name, value));
    below.forEach((name, value) -> visitor.accept("subtree_" + name, value));
  }

  private static void count(CatalogRow row, Map<String, Long> counters) {
    boolean directory = (row.flags() & CatalogRow.DIRECTORY) != 0;
    if (directory) {
      counters.merge("dir", 1L, Long::sum);
    } else if ((row.flags() & CatalogRow.SYMLINK) != 0) {
      counters.merge("symlink", 1L, Long::sum);
    } else if ((row.flags() & CatalogRow.SPECIAL) != 0) {
      counters.merge("special", 1L, Long::sum);
    } else {
      counters.merge("regular", 1L, Long::sum);
      counters.merge("file_size", row.size(), Long::sum);
    }
    if (row.isChunked()) {
      counters.merge("chunked", 1L, Long::sum);
      counters.merge("chunked_size", row.size(), Long::sum);
    }
    if (!row.attributes().xattrs().isEmpty()) {
      counters.merge("xattr", 1L, Long::sum);
    }
  }

  private static Map<String, Long> zeroes() {
    Map<String, Long> counters = new TreeMap<>();
    for (String name :
        new String[] {
          "regular",
          "symlink",
          "special",
          "dir",
          "nested",
          "chunked",
          "chunks",
          "file_size",
          "chunked_size",
          "xattr",
          "external",
          "external_file_size"
        }) {
      counters.put(name, 0L);
    }
    return counters;
  }
}
