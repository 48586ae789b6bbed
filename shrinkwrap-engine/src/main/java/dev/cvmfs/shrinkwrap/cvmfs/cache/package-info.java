/** The local, content-addressed cache of objects. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs.cache;

import org.jspecify.annotations.NullMarked;
