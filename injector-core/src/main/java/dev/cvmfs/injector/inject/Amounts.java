package dev.cvmfs.injector.inject;

import java.util.Locale;

/** Numbers for people: decimal units, one digit after the point, thousands set apart. */
public final class Amounts {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Amounts() {}

  /** Such as {@code 4,001}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Such as {@code 1 file}, {@code 4,001 files}. */
  public static String count(long number, String one, String many) {
    return count(number) + " " + (number == 1 ? one : many);
  }

  /** Such as {@code 512 B}, {@code 1.2 MB}. */
  public static String bytes(long bytes) {
    return scaled((double) bytes);
  }

  /** Such as {@code 5.9 MB/s}. */
  public static String rate(long bytes, double seconds) {
    return scaled((double) bytes / Math.max(seconds, 0.001)) + "/s";
  }

  private static String scaled(double bytes) {
    double value = bytes;
    int unit = 0;
    // Above this a value would be rounded to 1000.0 of its unit.
    while (value >= 999.95 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f %s" : "%.1f %s", value, UNITS[unit]);
  }

  /** Such as {@code 1.9 s}, {@code 3 min 7 s}, {@code 2 h 5 min}. */
  public static String seconds(double seconds) {
    if (seconds < 59.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d min %d s".formatted(whole / 60, whole % 60)
        : "%d h %d min".formatted(whole / 3600, whole % 3600 / 60);
  }
}
