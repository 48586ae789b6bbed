/** Content-addressed objects: their hashes, kinds and where to get them. */
@NullMarked
package dev.cvmfs.shrinkwrap.object;

import org.jspecify.annotations.NullMarked;
