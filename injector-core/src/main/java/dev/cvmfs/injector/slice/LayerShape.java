package dev.cvmfs.injector.slice;

import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * How a layer is built, where that differs from the usual.
 *
 * @param hardLinks whether visible files are hard links to the files of the {@code .data} store;
 *     otherwise each has a content of its own
 */
public record LayerShape(boolean hardLinks) {
  public static final LayerShape USUAL = new LayerShape(true);

  private static final String HARD_LINKS = "OCI_HARDLINKS";

  /**
   * What settings say.
   *
   * @param flags tells of a key whether it is set to yes; its default is given along
   */
  public static LayerShape of(BiPredicate<String, Boolean> flags) {
    return new LayerShape(flags.test(HARD_LINKS, true));
  }

  /** What is not as usual, by key. */
  public SortedMap<String, String> settings() {
    SortedMap<String, String> settings = new TreeMap<>();
    if (!hardLinks) {
      settings.put(HARD_LINKS, "no");
    }
    return settings;
  }
}
