package dev.cvmfs.shrinkwrap.cvmfs.cache;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;

/**
 * What an object is called: in URLs below {@code data/}, and in the cache.
 *
 * @param hash of the bytes as stored
 */
public record ObjectName(ContentHash hash, ObjectKind kind) {

  /** Two digits, a slash, the other digits, the algorithm's suffix and the kind's letter. */
  public String path() {
    String text = hash.toString();
    return text.substring(0, 2) + "/" + text.substring(2) + kind.suffix();
  }

  /** Where it is on the server. */
  public String url() {
    return "data/" + path();
  }

  /** What CVMFS itself calls it in its caches: without the kind's letter. */
  String alienPath() {
    String text = hash.toString();
    return text.substring(0, 2) + "/" + text.substring(2);
  }

  /** Where root catalogs and certificates are if the server protects its {@code data} folder. */
  public String alternativeUrl() {
    return ".cvmfsalt-" + hash + kind.suffix();
  }
}
