package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.catalog.Catalog;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.CatalogSource;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.NestedCatalog;

/**
 * Catalogs of which none is fetched ahead of time: for walks that leave out most of what they come
 * by.
 */
record UnhurriedCatalogs(CatalogSource catalogs) implements CatalogSource {
  @Override
  public Catalog open(NestedCatalog catalog) {
    return catalogs.open(catalog);
  }

  @Override
  public void prefetch(NestedCatalog catalog) {
    // Most likely it is skipped.
  }

  @Override
  public void close() {
    catalogs.close();
  }
}
