package dev.cvmfs.injector.archive;

import java.util.Locale;

/** What is where in an archive. */
public enum Layout {
  /**
   * What a mount shows and nothing else. Of files that are the same in content and attributes, the
   * first holds the content, and the others are hard links to it.
   */
  FLAT,
  /** As in an image's layer: the visible files are hard links into a store, {@code cvmfs/.data}. */
  SHRINKWRAP;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
