@NullMarked
package dev.cvmfs.shrinkwrap.trace;

import org.jspecify.annotations.NullMarked;
