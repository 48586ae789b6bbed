/** Trees of files as values: paths, entries and sorted streams of them. */
@NullMarked
package dev.cvmfs.shrinkwrap.tree;

import org.jspecify.annotations.NullMarked;
