package dev.cvmfs.registry.http;

import java.io.IOException;

/** Sends one request once: no retry, no redirect, no decoding. Safe for several threads. */
public interface Transport {

  /**
   * Sends the request and returns when the header of the answer is there.
   *
   * @throws IOException if there is no answer
   */
  Response send(Request request) throws IOException;
}
