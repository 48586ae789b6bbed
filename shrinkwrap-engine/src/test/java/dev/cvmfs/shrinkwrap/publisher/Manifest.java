package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;

/**
 * The text of {@code .cvmfspublished}.
 *
 * @param rootSize bytes of the root catalog's database, not compressed
 * @param published seconds since 1970-01-01 UTC
 */
record Manifest(
    String fqrn,
    ContentHash root,
    long rootSize,
    long revision,
    long ttlSeconds,
    ContentHash certificate,
    ContentHash history,
    ContentHash metainfo,
    long published) {

  /** The lines in the order in which the server tools write them. */
  String text() {
    return "C"
        + root
        + "\n"
        + "B"
        + rootSize
        + "\n"
        + "Rd41d8cd98f00b204e9800998ecf8427e\n"
        + "D"
        + ttlSeconds
        + "\n"
        + "S"
        + revision
        + "\n"
        + "Gno\n"
        + "Ano\n"
        + "N"
        + fqrn
        + "\n"
        + "X"
        + certificate
        + "\n"
        + "H"
        + history
        + "\n"
        + "T"
        + published
        + "\n"
        + "M"
        + metainfo
        + "\n";
  }

  Manifest withName(String newFqrn) {
    return new Manifest(
        newFqrn, root, rootSize, revision, ttlSeconds, certificate, history, metainfo, published);
  }

  Manifest withCertificate(ContentHash newCertificate) {
    return new Manifest(
        fqrn, root, rootSize, revision, ttlSeconds, newCertificate, history, metainfo, published);
  }

  Manifest withTtl(long newTtlSeconds) {
    return new Manifest(
        fqrn, root, rootSize, revision, newTtlSeconds, certificate, history, metainfo, published);
  }
}
