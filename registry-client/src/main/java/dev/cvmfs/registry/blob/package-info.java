/** Blobs: read through cuts and checked, and uploaded by a ladder of ways. */
@NullMarked
package dev.cvmfs.registry.blob;

import org.jspecify.annotations.NullMarked;
