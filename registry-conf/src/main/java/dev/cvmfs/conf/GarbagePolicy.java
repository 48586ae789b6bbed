package dev.cvmfs.conf;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code OCI_GC}: how much of a layer's store may be objects that no file links to any more.
 *
 * @param percent of the bytes of content in the store, 0 to 100; with more all of them are dropped
 */
public record GarbagePolicy(int percent) {
  /** No such objects at all. */
  public static final GarbagePolicy ALWAYS = new GarbagePolicy(0);

  /** Any number of them. */
  public static final GarbagePolicy NEVER = new GarbagePolicy(100);

  private static final Pattern PERCENT = Pattern.compile("(\\d{1,3})%?");

  public GarbagePolicy {
    if (percent < 0 || percent > 100) {
      throw new IllegalArgumentException("a part of %d %%".formatted(percent));
    }
  }

  static GarbagePolicy of(Setting setting) {
    String value = setting.value();
    Matcher number = PERCENT.matcher(value);
    if (value.equals("always")) {
      return ALWAYS;
    } else if (value.equals("never")) {
      return NEVER;
    } else if (number.matches() && Integer.parseInt(number.group(1)) <= 100) {
      return new GarbagePolicy(Integer.parseInt(number.group(1)));
    }
    throw new ConfFailure(
        "%s: OCI_GC is '%s', but must be 'always', 'never' or a percentage such as 25 (of the layer's store that may be garbage before it is dropped)"
            .formatted(setting.where(), value));
  }

  /** Whether any garbage can be kept. */
  public boolean keepsAny() {
    return percent > 0;
  }

  /**
   * Whether garbage is kept.
   *
   * @param garbage bytes of content that no file links to
   * @param used bytes of content that some file links to
   */
  public boolean keeps(long garbage, long used) {
    return garbage == 0 || (keepsAny() && garbage <= (garbage + used) / 100.0 * percent);
  }
}
