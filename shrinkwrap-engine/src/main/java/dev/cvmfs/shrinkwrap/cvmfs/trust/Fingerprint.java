package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The hash of a certificate's DER form, as whitelists and blacklists print it: {@code
 * AA:BB:…[-RMD160]}, upper case (signature.cc, {@code FingerprintCertificate}).
 */
record Fingerprint(ContentHash hash) {

  static Fingerprint of(byte[] certificate, HashAlgorithm algorithm) {
    return new Fingerprint(algorithm.hash(certificate));
  }

  /** Reads a line, which may have a comment after it; empty if it is no fingerprint. */
  static Optional<Fingerprint> parse(String line) {
    String text = line.split("[ \t#]", 2)[0].replace(":", "").toLowerCase(Locale.ROOT);
    try {
      return Optional.of(new Fingerprint(ContentHash.parse(text)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    String digits = HexFormat.ofDelimiter(":").withUpperCase().formatHex(hash.digest());
    return digits + hash.algorithm().suffix().toUpperCase(Locale.ROOT);
  }
}
