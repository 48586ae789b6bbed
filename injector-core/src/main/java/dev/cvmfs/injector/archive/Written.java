package dev.cvmfs.injector.archive;

import dev.cvmfs.registry.Digest;

/**
 * A file that has been written.
 *
 * @param digest of all its bytes
 * @param size in bytes
 */
public record Written(Digest digest, long size) {}
