package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/** A catalog and the directory whose content it lists; the root catalog's is the root. */
public record NestedCatalog(TreePath mountpoint, ContentHash hash) {}
