package dev.cvmfs.shrinkwrap.object;

/** The hash algorithms of CVMFS objects; all have 20 bytes (SHAKE-128 is cut). */
public enum HashAlgorithm {
  SHA1(""),
  RIPEMD160("-rmd160"),
  SHAKE128("-shake128");

  private final String suffix;

  HashAlgorithm(String suffix) {
    this.suffix = suffix;
  }

  /** What follows the hexadecimal digits in the text form. */
  public String suffix() {
    return suffix;
  }

  /** Computes one hash with this algorithm. */
  public ContentHasher hasher() {
    return ContentHasher.of(this);
  }

  /** The hash of bytes that are all at hand. */
  public ContentHash hash(byte[] bytes) {
    ContentHasher hasher = hasher();
    hasher.update(bytes, 0, bytes.length);
    return hasher.finish();
  }
}
