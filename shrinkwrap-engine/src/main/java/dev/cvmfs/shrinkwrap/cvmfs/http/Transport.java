package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.net.URI;
import java.time.Duration;

/** Sends GET requests. Safe for use by several threads. */
public interface Transport {

  /**
   * Asks once, without retries or redirects.
   *
   * @param timeout for the connection, and for each wait for more bytes
   * @param bypassCaches asks proxies for a fresh copy
   * @throws TransferException if no answer came
   */
  Answer get(URI uri, Duration timeout, boolean bypassCaches) throws TransferException;
}
