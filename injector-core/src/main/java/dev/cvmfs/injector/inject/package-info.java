/** The work on one image: find its CVMFS layer, refresh it, publish it. */
@NullMarked
package dev.cvmfs.injector.inject;

import org.jspecify.annotations.NullMarked;
