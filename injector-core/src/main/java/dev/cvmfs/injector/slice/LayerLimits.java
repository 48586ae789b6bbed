package dev.cvmfs.injector.slice;

/**
 * What a layer may have, of whatever origin. The writer keeps within it, so that a reader, who may
 * have been given anything, need not take more.
 */
public final class LayerLimits {
  /** Entries of a tree. */
  public static final long MOST_ENTRIES = 50_000_000;

  private LayerLimits() {}
}
