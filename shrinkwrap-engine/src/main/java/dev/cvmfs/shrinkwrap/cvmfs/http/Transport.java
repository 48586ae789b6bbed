package dev.cvmfs.shrinkwrap.cvmfs.http;

/** Sends GET requests. Safe for use by several threads. */
public interface Transport {

  /**
   * Asks once, without retries or redirects.
   *
   * @throws TransferException if no answer came
   */
  Answer get(Get request) throws TransferException;
}
