package dev.cvmfs.injector.slice;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;

/**
 * Attributes of what is in a layer though no repository has it: root's, at time 0, so that they
 * depend on nothing.
 */
public final class FixedAttributes {
  /** Of directories that everybody may enter, as the visible trees are. */
  public static final Attributes PUBLIC = of(0755);

  /** Of directories that are no way around the permissions of visible ones. */
  public static final Attributes PRIVATE = of(0700);

  public static final Attributes PUBLIC_FILE = of(0644);

  public static final Attributes PRIVATE_FILE = of(0600);

  private FixedAttributes() {}

  private static Attributes of(int permissions) {
    return new Attributes(permissions, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
  }
}
