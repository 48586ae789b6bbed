/**
 * The way in to registries: {@link dev.cvmfs.registry.remote.RegistryClient} puts the parts
 * together.
 */
@NullMarked
package dev.cvmfs.registry.remote;

import org.jspecify.annotations.NullMarked;
