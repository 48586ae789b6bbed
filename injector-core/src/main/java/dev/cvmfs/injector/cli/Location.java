package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.tree.ByteString;

/**
 * What the user wants to look at: a repository and a path in it.
 *
 * @param path below the repository's root; empty for the root itself
 */
record Location(String fqrn, ByteString path) {
  private static final String MOUNTED = "/cvmfs/";

  /** Reads {@code FQRN[/PATH]}, or the same as it would be if it were mounted. */
  static Location parse(String text) {
    String location = text.startsWith(MOUNTED) ? text.substring(MOUNTED.length()) : text;
    int slash = location.indexOf('/');
    String fqrn = slash < 0 ? location : location.substring(0, slash);
    if (fqrn.isEmpty()) {
      throw new ConfFailure(
          "'%s' names no repository; write FQRN[/PATH], such as sft.cern.ch/lcg, or /cvmfs/FQRN[/PATH]"
              .formatted(text));
    }
    return new Location(fqrn, ByteString.of(slash < 0 ? "" : location.substring(slash)));
  }
}
