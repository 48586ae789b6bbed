package dev.cvmfs.shrinkwrap.object;

/**
 * The classes of CVMFS objects, told apart by a letter at the end of their URL (hash.h, {@code
 * kSuffix*}).
 */
public enum ObjectKind {
  DATA(""),
  CATALOG("C"),
  CHUNK("P"),
  CERTIFICATE("X"),
  HISTORY("H"),
  METAINFO("M");

  private final String suffix;

  ObjectKind(String suffix) {
    this.suffix = suffix;
  }

  public String suffix() {
    return suffix;
  }
}
