package dev.cvmfs.injector.slice;

/**
 * What a layer may have, of whatever origin. The writer keeps within it, so that a reader, who may
 * have been given anything, need not take more.
 */
public final class LayerLimits {
  /** Entries of a tree. */
  public static final long MOST_ENTRIES = 50_000_000;

  /**
   * Objects that make up one file. With chunks of 4 MiB that is a tebibyte; what the index says of
   * them takes some 20 MB of memory.
   */
  public static final int MOST_CHUNKS = 1 << 18;

  /** Bytes of all files below {@code .provenance}, most of which are specifications. */
  public static final long LARGEST_PROVENANCE = 16L << 20;

  /** Bytes of all lists of garbage. */
  public static final long LARGEST_LISTS = 16L << 20;

  /** What a reader allows besides for the names of such files. */
  private static final long NAMES = 1L << 20;

  private static final long OVERHEAD = 256;

  private LayerLimits() {}

  /** Counts what is kept in memory of a layer's small files, names included. */
  public static final class Budget {
    private long left;

    private Budget(long most) {
      this.left = most;
    }

    /** Takes the room for one more file, if there is that much. */
    public boolean take(long name, long content) {
      long bytes = name + content + OVERHEAD;
      boolean fits = bytes <= left;
      left -= fits ? bytes : 0;
      return fits;
    }
  }

  /** For the files below {@code .provenance}. */
  public static Budget provenance() {
    return new Budget(LARGEST_PROVENANCE + NAMES);
  }

  /** For the lists of garbage. */
  public static Budget lists() {
    return new Budget(LARGEST_LISTS + NAMES);
  }
}
