package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/**
 * What to ask for.
 *
 * @param timeout for the connection, and for each wait for more bytes
 * @param bypassCaches asks proxies for a fresh copy
 * @param range which part of the file, if not all
 */
public record Get(URI uri, Duration timeout, boolean bypassCaches, Optional<ByteRange> range) {

  /** The same at another place. */
  public Get at(URI other) {
    return new Get(other, timeout, bypassCaches, range);
  }
}
