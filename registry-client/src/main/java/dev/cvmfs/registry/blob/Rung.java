package dev.cvmfs.registry.blob;

import java.util.Optional;

/** A way to get bytes into an upload session, in the order in which they are tried. */
enum Rung {
  /** One PUT with everything: the fewest requests, and the only way at Google's registry. */
  MONOLITHIC,
  /** PATCH by PATCH: for proxies that refuse large bodies. */
  CHUNKED,
  /** One PATCH without Content-Range: for old Artifactory, and where chunks are capped. */
  STREAMED;

  Optional<Rung> next() {
    return switch (this) {
      case MONOLITHIC -> Optional.of(CHUNKED);
      case CHUNKED -> Optional.of(STREAMED);
      case STREAMED -> Optional.empty();
    };
  }
}
