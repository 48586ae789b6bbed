package dev.cvmfs.shrinkwrap.campaign;

/**
 * How much a campaign does: a little in every build, and with {@code -Dcvmfs.long=true} as much as
 * it takes to believe in the result.
 */
public final class Effort {
  private Effort() {}

  public static boolean isLong() {
    return Boolean.getBoolean("cvmfs.long");
  }

  /** One of two numbers: for every build, or for the long form. */
  public static int of(int inEveryBuild, int inTheLongForm) {
    return isLong() ? inTheLongForm : inEveryBuild;
  }
}
