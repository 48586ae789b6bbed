/** Tests of the package. */
@NullMarked
package dev.cvmfs.shrinkwrap.posix;

import org.jspecify.annotations.NullMarked;
