package dev.cvmfs.shrinkwrap.publisher;

/** What catalogs say about the whole of a file that is stored in chunks. */
public enum BulkHash {
  /** Nothing. */
  NONE,
  /** The hash of an object that is there too. */
  WITH_OBJECT,
  /** The hash of an object that is not on the server, whatever else had the same content. */
  WITHOUT_OBJECT
}
