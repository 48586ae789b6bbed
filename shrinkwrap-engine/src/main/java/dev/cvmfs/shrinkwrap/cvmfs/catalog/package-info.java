/** Catalogs: SQLite databases that list a subtree each, and the walk through them. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import org.jspecify.annotations.NullMarked;
