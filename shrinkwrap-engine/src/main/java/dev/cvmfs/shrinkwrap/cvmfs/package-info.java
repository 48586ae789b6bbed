/** A read-only CVMFS client: trust, catalogs, objects, network, cache. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs;

import org.jspecify.annotations.NullMarked;
