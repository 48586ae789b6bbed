/**
 * Exports to a file system: a visible tree whose files are links into a {@code .data} store, as the
 * original cvmfs_shrinkwrap lays them out. Changes are planned first and made then, so that
 * whatever goes wrong with a repository leaves an export as it was; and what a killed run leaves is
 * found by the next, which ends where an undisturbed one would have.
 */
@NullMarked
package dev.cvmfs.shrinkwrap.posix;

import org.jspecify.annotations.NullMarked;
