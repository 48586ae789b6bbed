/** Tests of what files need. */
@NullMarked
package dev.cvmfs.shrinkwrap.closure;

import org.jspecify.annotations.NullMarked;
