/** Specifications out of records of what programs used: trace logs, strace, audit, lists. */
@NullMarked
package dev.cvmfs.shrinkwrap.trace;

import org.jspecify.annotations.NullMarked;
