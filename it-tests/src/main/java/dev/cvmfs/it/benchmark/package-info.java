/** Measures how fast the program is, on repositories made for it; run by {@code bin/benchmark}. */
@NullMarked
package dev.cvmfs.it.benchmark;

import org.jspecify.annotations.NullMarked;
