package dev.cvmfs.shrinkwrap.object;

/**
 * Where the bytes of an external file are: not among a repository's objects, but on servers of
 * their own ({@code CVMFS_EXTERNAL_URL}), under the file's name.
 *
 * @param url the file's path in the repository with a leading slash, percent-encoded
 * @param offset at which byte of the file the object begins
 * @param whole whether the object is all of the file
 */
public record ExternalSource(String url, long offset, boolean whole) {
  public ExternalSource {
    if (!url.startsWith("/") || offset < 0 || (whole && offset != 0)) {
      throw new IllegalArgumentException("no external file at %s, byte %d".formatted(url, offset));
    }
  }
}
