package dev.cvmfs.shrinkwrap.object;

/** How the server stores an object. */
public enum Compression {
  /** RFC 1950: two header bytes, DEFLATE, Adler-32. */
  ZLIB,
  /** As it is. */
  NONE
}
