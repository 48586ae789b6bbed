package dev.cvmfs.injector.image;

import java.util.List;

/** The names by which an image says that it holds a CVMFS layer. */
public final class InjectionLabels {
  /** The diff_id of the layer; the original injector's name. */
  public static final String TAR = "cvmfs_injection_tar";

  /**
   * The digest of the layer's blob; the original injector's name. Only a hint: it goes stale when
   * an image is compressed again on its way to another registry.
   */
  public static final String GZ = "cvmfs_injection_gz";

  /** What the layer was made from, see {@link InjectionState}. */
  public static final String STATE = "cvmfs_injection_state";

  /** The author in the layer's line of history, the original injector's as well as ours. */
  public static final String AUTHOR = "cvmfs_shrinkwrap";

  static final List<String> ALL = List.of(TAR, GZ, STATE);

  private InjectionLabels() {}
}
