/** Temporary files of records, and sorting more of them than fit into memory. */
@NullMarked
package dev.cvmfs.injector.spool;

import org.jspecify.annotations.NullMarked;
