/** Manifests and indexes: fetched, told apart and checked, and stored. */
@NullMarked
package dev.cvmfs.registry.manifest;

import org.jspecify.annotations.NullMarked;
