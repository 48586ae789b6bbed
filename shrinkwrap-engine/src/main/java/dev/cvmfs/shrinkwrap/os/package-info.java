/**
 * The system calls that Java lacks or makes inexactly: paths that are not UTF-8, times of symbolic
 * links to the nanosecond, every extended attribute, special files, error numbers. The only place
 * that knows JNA.
 */
@NullMarked
package dev.cvmfs.shrinkwrap.os;

import org.jspecify.annotations.NullMarked;
