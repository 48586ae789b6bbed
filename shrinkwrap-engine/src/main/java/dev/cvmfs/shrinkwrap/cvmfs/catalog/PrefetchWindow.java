package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Keeps the next few catalogs on their way that a walk goes into from one catalog. */
final class PrefetchWindow {
  private static final int AHEAD = 6;

  private final List<NestedCatalog> wanted;
  private final CatalogSource source;
  private int requested;
  private int entered;

  /**
   * @param enters whether the walk goes into a catalog that it comes to
   */
  PrefetchWindow(Catalog catalog, Predicate<NestedCatalog> enters, CatalogSource source) {
    this.wanted =
        catalog.nested().values().stream()
            .filter(enters)
            .sorted(Comparator.comparing(NestedCatalog::mountpoint))
            .toList();
    this.source = source;
    fill();
  }

  /** Says that the walk has reached a catalog, and with it passed those before. */
  void entering(NestedCatalog catalog) {
    while (entered < wanted.size()
        && wanted.get(entered).mountpoint().compareTo(catalog.mountpoint()) <= 0) {
      entered++;
    }
    fill();
  }

  private void fill() {
    requested = Math.max(requested, entered);
    while (requested < Math.min(wanted.size(), entered + AHEAD)) {
      source.prefetch(wanted.get(requested));
      requested++;
    }
  }
}
