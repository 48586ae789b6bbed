/** The layer codec: gzip members made of CVMFS objects, the index, the footer. */
@NullMarked
package dev.cvmfs.injector.layer;

import org.jspecify.annotations.NullMarked;
