/** What a layer shall hold, in the order in which it is written, whatever its size. */
@NullMarked
package dev.cvmfs.injector.slice;

import org.jspecify.annotations.NullMarked;
