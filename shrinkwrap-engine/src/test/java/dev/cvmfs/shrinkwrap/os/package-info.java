/** Tests of the package. */
@NullMarked
package dev.cvmfs.shrinkwrap.os;

import org.jspecify.annotations.NullMarked;
