package dev.cvmfs.shrinkwrap.cvmfs;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.time.Instant;

/**
 * A named state in a repository's history.
 *
 * @param description may be empty
 * @param branch empty for the main one
 */
public record Tag(
    String name,
    ContentHash rootHash,
    long revision,
    Instant published,
    String description,
    String branch) {}
