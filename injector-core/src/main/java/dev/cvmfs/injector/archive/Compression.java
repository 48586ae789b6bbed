package dev.cvmfs.injector.archive;

import java.util.Locale;

/** How an archive is compressed. */
public enum Compression {
  NONE,
  /** The DEFLATE streams of CVMFS as they are; nothing is compressed again. */
  GZIP,
  ZSTD;

  /** The compression that a file's name speaks of. */
  public static Compression ofName(String fileName) {
    String name = fileName.toLowerCase(Locale.ROOT);
    if (name.endsWith(".gz") || name.endsWith(".tgz")) {
      return GZIP;
    }
    if (name.endsWith(".zst") || name.endsWith(".zstd") || name.endsWith(".tzst")) {
      return ZSTD;
    }
    return NONE;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
