package dev.cvmfs.shrinkwrap.cvmfs;

import java.net.URI;
import java.time.LocalDateTime;

/** What the trust in a snapshot rests on. */
public sealed interface Trust {

  /** The server URL that the manifest came from. */
  URI host();

  /**
   * Everything was signed as it should be.
   *
   * @param certificate fingerprint of the certificate that signed the manifest
   * @param whitelistExpiry UTC; CVMFS compares it down to the hour
   */
  record Verified(URI host, String certificate, LocalDateTime whitelistExpiry) implements Trust {}

  /** Nobody looked at a signature, because the configuration says so. */
  record Unverified(URI host) implements Trust {}
}
