/** Synchronisation: what has to change so that one sorted tree becomes another. */
@NullMarked
package dev.cvmfs.shrinkwrap.sync;

import org.jspecify.annotations.NullMarked;
