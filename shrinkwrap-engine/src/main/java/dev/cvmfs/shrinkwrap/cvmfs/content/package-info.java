/** Plain content out of stored objects. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs.content;

import org.jspecify.annotations.NullMarked;
