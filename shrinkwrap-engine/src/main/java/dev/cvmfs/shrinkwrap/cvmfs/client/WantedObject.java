package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.shrinkwrap.cvmfs.cache.ObjectName;
import dev.cvmfs.shrinkwrap.cvmfs.http.ByteRange;
import dev.cvmfs.shrinkwrap.cvmfs.network.Download;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ExternalSource;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.util.Optional;

/**
 * An object, and how to get it.
 *
 * @param external whether it is on the servers for external files
 */
record WantedObject(ObjectName name, Compression compression, boolean external, Download download) {

  /** Any kind of object of the repository itself that is compressed. */
  static WantedObject compressed(String what, ObjectName name, String url, long limit) {
    return new WantedObject(name, Compression.ZLIB, false, new Download(what, url, limit));
  }

  /** An object that holds content of a file. */
  static WantedObject of(ObjectRef object) {
    ObjectName name = new ObjectName(object.hash(), object.kind());
    Download download =
        object
            .external()
            .map(source -> external(object, source))
            .orElseGet(
                () -> new Download("object " + object.hash(), name.url(), mostBytes(object)));
    return new WantedObject(name, object.compression(), object.external().isPresent(), download);
  }

  private static Download external(ObjectRef object, ExternalSource source) {
    Optional<ByteRange> range =
        source.whole()
            ? Optional.empty()
            : Optional.of(new ByteRange(source.offset(), object.size()));
    return new Download(
        "external file " + source.url(), source.url().substring(1), range, mostBytes(object));
  }

  /** The stored size is not known beforehand, but zlib can only make things so much longer. */
  private static long mostBytes(ObjectRef object) {
    return object.compression() == Compression.NONE
        ? object.size()
        : object.size() + object.size() / 64 + 4096;
  }
}
