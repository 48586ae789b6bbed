package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

/**
 * How a repository is published. The defaults are those of a repository made today: SHA-1, zlib,
 * chunks without a bulk hash, nanoseconds; only the chunks are small and the clock stands still, so
 * that publishing the same tree twice gives the same root hash.
 *
 * @param fqrn the fully qualified repository name
 * @param chunkSize bytes; larger files are cut into chunks of this size; 0 for never
 * @param nanoseconds whether catalogs keep modification times to the nanosecond
 * @param external whether the contents of files are not stored as objects, but under their names
 *     below the folder {@code external}, uncompressed
 * @param ttlSeconds how long clients may believe a manifest
 * @param whitelistLifetime from each publication on
 */
public record PublisherOptions(
    String fqrn,
    HashAlgorithm hash,
    Compression compression,
    long chunkSize,
    BulkHash bulkHash,
    boolean nanoseconds,
    boolean external,
    long ttlSeconds,
    Duration whitelistLifetime,
    Clock clock) {
  private static final Clock NOON =
      Clock.fixed(Instant.ofEpochSecond(1_795_000_000), ZoneOffset.UTC);

  public PublisherOptions {
    if (external && compression != Compression.NONE) {
      throw new IllegalArgumentException("external files are not compressed");
    }
    if (chunkSize < 0) {
      throw new IllegalArgumentException("negative chunk size " + chunkSize);
    }
  }

  /** The defaults; the whitelist expires so late that tests need not care. */
  public static PublisherOptions named(String fqrn) {
    return new PublisherOptions(
        fqrn,
        HashAlgorithm.SHA1,
        Compression.ZLIB,
        16 * 1024,
        BulkHash.NONE,
        true,
        false,
        240,
        Duration.ofDays(50 * 365),
        NOON);
  }

  public PublisherOptions hash(HashAlgorithm algorithm) {
    return new PublisherOptions(
        fqrn,
        algorithm,
        compression,
        chunkSize,
        bulkHash,
        nanoseconds,
        external,
        ttlSeconds,
        whitelistLifetime,
        clock);
  }

  public PublisherOptions compression(Compression newCompression) {
    return new PublisherOptions(
        fqrn,
        hash,
        newCompression,
        chunkSize,
        bulkHash,
        nanoseconds,
        external,
        ttlSeconds,
        whitelistLifetime,
        clock);
  }

  public PublisherOptions chunkSize(long bytes) {
    return new PublisherOptions(
        fqrn,
        hash,
        compression,
        bytes,
        bulkHash,
        nanoseconds,
        external,
        ttlSeconds,
        whitelistLifetime,
        clock);
  }

  public PublisherOptions bulkHash(BulkHash newBulkHash) {
    return new PublisherOptions(
        fqrn,
        hash,
        compression,
        chunkSize,
        newBulkHash,
        nanoseconds,
        external,
        ttlSeconds,
        whitelistLifetime,
        clock);
  }

  public PublisherOptions nanoseconds(boolean kept) {
    return new PublisherOptions(
        fqrn,
        hash,
        compression,
        chunkSize,
        bulkHash,
        kept,
        external,
        ttlSeconds,
        whitelistLifetime,
        clock);
  }

  public PublisherOptions clock(Clock newClock) {
    return new PublisherOptions(
        fqrn,
        hash,
        compression,
        chunkSize,
        bulkHash,
        nanoseconds,
        external,
        ttlSeconds,
        whitelistLifetime,
        newClock);
  }

  public PublisherOptions external(boolean newExternal) {
    return new PublisherOptions(
        fqrn,
        hash,
        newExternal ? Compression.NONE : compression,
        chunkSize,
        bulkHash,
        nanoseconds,
        newExternal,
        ttlSeconds,
        whitelistLifetime,
        clock);
  }
}
