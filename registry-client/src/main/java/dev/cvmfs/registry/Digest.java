package dev.cvmfs.registry;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * The digest of a blob or manifest, {@code sha256:…} or {@code sha512:…} (OCI image specification,
 * descriptor.md).
 *
 * @param algorithm {@code sha256} or {@code sha512}
 * @param hex the hash in lower-case hexadecimal
 */
public record Digest(String algorithm, String hex) {
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SHA512 = Pattern.compile("[0-9a-f]{128}");

  public Digest {
    Pattern pattern =
        switch (algorithm) {
          case "sha256" -> SHA256;
          case "sha512" -> SHA512;
          default -> throw new IllegalArgumentException("unknown digest algorithm: " + algorithm);
        };
    if (!pattern.matcher(hex).matches()) {
      throw new IllegalArgumentException("not a %s digest: %s".formatted(algorithm, hex));
    }
  }

  /**
   * Reads {@code algorithm:hex}.
   *
   * @throws IllegalArgumentException if the text is not a digest we know
   */
  public static Digest parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException("not a digest: " + text);
    }
    return new Digest(text.substring(0, colon), text.substring(colon + 1));
  }

  /** The SHA-256 digest of the bytes. */
  public static Digest sha256(byte[] bytes) {
    return ofSha256(newSha256().digest(bytes));
  }

  /** The SHA-256 digest of the text in UTF-8. */
  public static Digest sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Wraps the 32 bytes of a finished SHA-256. */
  public static Digest ofSha256(byte[] hash) {
    return new Digest("sha256", HexFormat.of().formatHex(hash));
  }

  /** A fresh SHA-256, which every Java platform has. */
  public static MessageDigest newSha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /** A fresh hash of this digest's algorithm, to compare with {@link #matches}. */
  public MessageDigest newHash() {
    if (algorithm.equals("sha256")) {
      return newSha256();
    }
    try {
      return MessageDigest.getInstance("SHA-512");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-512", e);
    }
  }

  /** Whether a finished hash of this digest's algorithm is this digest. */
  public boolean matches(byte[] hash) {
    return hex.equals(HexFormat.of().formatHex(hash));
  }

  /** The first twelve digits of the hash, for people. */
  public String shortHex() {
    return hex.substring(0, 12);
  }

  /** {@code sha256-<hex>}: what stands for it where a colon cannot, as in tags. */
  public String withDash() {
    return algorithm + "-" + hex;
  }

  @Override
  public String toString() {
    return algorithm + ":" + hex;
  }
}
