/** Tests of the package. */
@NullMarked
package dev.cvmfs.shrinkwrap.sync;

import org.jspecify.annotations.NullMarked;
