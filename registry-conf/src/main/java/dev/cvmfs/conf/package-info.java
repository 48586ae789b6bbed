/**
 * Configuration files in CVMFS syntax: {@code KEY=VALUE} lines, the registry's and the
 * repository's.
 */
@NullMarked
package dev.cvmfs.conf;

import org.jspecify.annotations.NullMarked;
