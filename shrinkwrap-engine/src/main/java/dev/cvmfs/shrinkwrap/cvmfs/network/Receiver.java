package dev.cvmfs.shrinkwrap.cvmfs.network;

import java.io.IOException;
import java.io.InputStream;

/** Takes a body and judges it. Called once for each attempt, so it starts from nothing. */
@FunctionalInterface
public interface Receiver<T> {

  /**
   * Reads the body to its end.
   *
   * @throws BadDataException if the content is wrong; another try or host may do better
   * @throws IOException if the local disk fails, which ends the download
   */
  T receive(InputStream body) throws IOException;
}
