package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.spec.Specification;
import java.util.Comparator;
import java.util.List;

/** Keeps the next few wanted catalogs that are mounted in one catalog on their way. */
final class PrefetchWindow {
  private static final int AHEAD = 6;

  private final List<NestedCatalog> wanted;
  private final CatalogSource source;
  private int requested;
  private int entered;

  PrefetchWindow(
      Catalog catalog, Specification specification, CatalogGate gate, CatalogSource source) {
    this.wanted =
        catalog.nested().values().stream()
            .filter(nested -> specification.descends(nested.mountpoint()))
            .filter(nested -> gate.enters(nested.mountpoint(), nested.hash()))
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
