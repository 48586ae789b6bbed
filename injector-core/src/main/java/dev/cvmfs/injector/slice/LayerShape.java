package dev.cvmfs.injector.slice;

import dev.cvmfs.conf.ConfFailure;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * How a layer is built, where that differs from the usual.
 *
 * @param hardLinks whether visible files are hard links to the files of the {@code .data} store;
 *     otherwise each has a content of its own
 * @param singleMember whether the whole archive is in the first gzip member of the blob
 * @param estargz whether the layer is an eStargz too, which others can read in parts; with hard
 *     links and in many members only
 */
public record LayerShape(boolean hardLinks, boolean singleMember, boolean estargz) {
  public static final LayerShape USUAL = new LayerShape(true, false, false);

  private static final String HARD_LINKS = "OCI_HARDLINKS";
  private static final String SINGLE_MEMBER = "OCI_SINGLE_MEMBER";
  private static final String ESTARGZ = "OCI_ESTARGZ";

  public LayerShape {
    if (estargz && (!hardLinks || singleMember)) {
      throw new ConfFailure(
          "OCI_ESTARGZ=yes cannot be combined with OCI_HARDLINKS=no or OCI_SINGLE_MEMBER=yes: such layers are no eStargz");
    }
  }

  /**
   * What settings say.
   *
   * @param flags tells of a key whether it is set to yes; its default is given along
   * @throws ConfFailure if they contradict each other
   */
  public static LayerShape of(BiPredicate<String, Boolean> flags) {
    return new LayerShape(
        flags.test(HARD_LINKS, true), flags.test(SINGLE_MEMBER, false), flags.test(ESTARGZ, false));
  }

  /** What is not as usual, by key. */
  public SortedMap<String, String> settings() {
    SortedMap<String, String> settings = new TreeMap<>();
    if (!hardLinks) {
      settings.put(HARD_LINKS, "no");
    }
    if (singleMember) {
      settings.put(SINGLE_MEMBER, "yes");
    }
    if (estargz) {
      settings.put(ESTARGZ, "yes");
    }
    return settings;
  }
}
