/** From the master key to the root catalog's hash: signatures and what they sign. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs.trust;

import org.jspecify.annotations.NullMarked;
