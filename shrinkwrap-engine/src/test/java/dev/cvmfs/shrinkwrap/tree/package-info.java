/** Tests of the package. */
@NullMarked
package dev.cvmfs.shrinkwrap.tree;

import org.jspecify.annotations.NullMarked;
