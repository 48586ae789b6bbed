/** A client for OCI registries: {@link dev.cvmfs.registry.ImageStore} is the way in. */
@NullMarked
package dev.cvmfs.registry;

import org.jspecify.annotations.NullMarked;
