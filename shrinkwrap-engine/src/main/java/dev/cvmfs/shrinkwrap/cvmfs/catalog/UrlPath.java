package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/** A path as part of a URL, encoded as CVMFS does it (download.cc, {@code EscapeUrl}). */
final class UrlPath {
  private static final String VERBATIM = "/:.@+-_~,";

  private UrlPath() {}

  /**
   * Percent-encodes all bytes but letters, digits and a few signs; brackets too, which CVMFS leaves
   * as they are although no path of a URL may hold them, and which servers decode alike.
   */
  static String of(TreePath path) {
    StringBuilder text = new StringBuilder();
    for (byte each : path.bytes()) {
      char character = (char) Byte.toUnsignedInt(each);
      boolean alphanumeric =
          (character >= '0' && character <= '9')
              || (character >= 'A' && character <= 'Z')
              || (character >= 'a' && character <= 'z');
      if (alphanumeric || (VERBATIM.indexOf(character) >= 0)) {
        text.append(character);
      } else {
        text.append("%%%02X".formatted((int) character));
      }
    }
    return text.toString();
  }
}
