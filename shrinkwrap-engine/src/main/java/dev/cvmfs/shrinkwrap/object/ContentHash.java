package dev.cvmfs.shrinkwrap.object;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * The hash that names a CVMFS object: that of its bytes as the server stores them (compressed,
 * usually).
 */
public final class ContentHash {
  public static final int BYTES = 20;

  private final HashAlgorithm algorithm;
  private final byte[] digest;

  public ContentHash(HashAlgorithm algorithm, byte[] digest) {
    if (digest.length != BYTES) {
      throw new IllegalArgumentException("a content hash has 20 bytes, not " + digest.length);
    }
    this.algorithm = algorithm;
    this.digest = digest.clone();
  }

  /**
   * Reads the text form, {@code <40 hex digits>[-rmd160|-shake128]}.
   *
   * @throws IllegalArgumentException if it is not one
   */
  public static ContentHash parse(String text) {
    for (HashAlgorithm algorithm : HashAlgorithm.values()) {
      if (text.length() == 2 * BYTES + algorithm.suffix().length()
          && text.endsWith(algorithm.suffix())) {
        return new ContentHash(algorithm, HexFormat.of().parseHex(text, 0, 2 * BYTES));
      }
    }
    throw new IllegalArgumentException("not a content hash: " + text);
  }

  public HashAlgorithm algorithm() {
    return algorithm;
  }

  public byte[] digest() {
    return digest.clone();
  }

  /** The 40 hexadecimal digits, lower case, without the algorithm. */
  public String hex() {
    return HexFormat.of().formatHex(digest);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContentHash that
        && algorithm == that.algorithm
        && Arrays.equals(digest, that.digest);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(digest);
  }

  /** The text form, as in manifests and catalogs. */
  @Override
  public String toString() {
    return hex() + algorithm.suffix();
  }
}
