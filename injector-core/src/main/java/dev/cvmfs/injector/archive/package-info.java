/**
 * Slices as single files: tar archives, compressed or not. One stream leads from the catalogs to
 * the file, and every byte of content in it is proven before it is written.
 */
@NullMarked
package dev.cvmfs.injector.archive;

import org.jspecify.annotations.NullMarked;
