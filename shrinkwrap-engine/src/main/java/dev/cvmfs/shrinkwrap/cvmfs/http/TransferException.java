package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.io.IOException;

/** A transfer that broke on its way, as opposed to an answer that one does not like. */
public final class TransferException extends IOException {

  /** At which point it broke. */
  public enum Stage {
    /** No connection came about. */
    CONNECTION,
    /** The server's certificate is not accepted, or TLS failed otherwise. */
    TLS,
    /** Nothing, or too little, came in time. */
    SLOW,
    /** The connection ended before the answer did. */
    SHORT
  }

  private final Stage stage;

  public TransferException(Stage stage, String message) {
    super(message);
    this.stage = stage;
  }

  public TransferException(Stage stage, String message, Throwable cause) {
    super(message, cause);
    this.stage = stage;
  }

  public Stage stage() {
    return stage;
  }
}
