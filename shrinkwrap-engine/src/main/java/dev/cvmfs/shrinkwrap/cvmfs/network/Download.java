package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.shrinkwrap.cvmfs.http.ByteRange;
import java.util.Optional;

/**
 * A file that is wanted.
 *
 * @param what for messages: "the manifest"
 * @param path below the servers' URLs, without a leading slash, percent-encoded
 * @param range which part of it, if not all
 * @param limit the most bytes that may come
 */
public record Download(String what, String path, Optional<ByteRange> range, long limit) {

  /** A whole file. */
  public Download(String what, String path, long limit) {
    this(what, path, Optional.empty(), limit);
  }
}
