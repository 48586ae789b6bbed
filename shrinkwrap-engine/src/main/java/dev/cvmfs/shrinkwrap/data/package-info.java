/**
 * The {@code .data} store of an export: how the files of a tree that have the same content and
 * metadata become one.
 */
@NullMarked
package dev.cvmfs.shrinkwrap.data;

import org.jspecify.annotations.NullMarked;
