package dev.cvmfs.shrinkwrap.cvmfs.catalog;

/** Where a walk gets its catalogs from. */
public interface CatalogSource extends AutoCloseable {

  /** Opens a catalog; the caller closes it. */
  Catalog open(NestedCatalog catalog);

  /** Says that a catalog will be opened soon. */
  void prefetch(NestedCatalog catalog);

  /** Gives up what was prefetched and not opened. */
  @Override
  void close();
}
