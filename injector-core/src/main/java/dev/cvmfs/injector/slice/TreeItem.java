package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;

/**
 * An entry of the layer's last part, which holds {@code .provenance} and the visible trees.
 *
 * @param content of the few files there that have some themselves ({@code .provenance}); otherwise
 *     empty
 */
public record TreeItem(TarEntry entry, ByteString content) {
  private static final ByteString NOTHING = ByteString.of("");

  /** An entry without content of its own. */
  public static TreeItem of(TarEntry entry) {
    return new TreeItem(entry, NOTHING);
  }
}
