package dev.cvmfs.injector.inject;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Tag;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.util.Optional;

/** Finds states of a repository by what people call them. */
public final class States {
  /** How many states before the newest one are looked through. */
  static final int STEPS = 1000;

  private States() {}

  /**
   * A state that the newest one vouches for.
   *
   * @param name a revision's number, a named state (with or without {@code @} in front), or a root
   *     hash
   * @throws CvmfsFailure.Data if there is none that is called so
   * @throws CvmfsFailure.Trust if it is a root hash to which the newest state does not lead
   */
  public static Snapshot find(Snapshot newest, String name) {
    Optional<ContentHash> tagged =
        newest.tags().stream()
            .filter(tag -> tag.name().equals(name))
            .map(Tag::rootHash)
            .findFirst();
    if (tagged.isPresent()) {
      return at(newest, tagged.get());
    }
    if (name.matches("[0-9]{1,18}")) {
      return revision(newest, Long.parseLong(name));
    }
    return vouchedFor(newest, hash(newest, name));
  }

  private static ContentHash hash(Snapshot newest, String name) {
    try {
      return ContentHash.parse(name);
    } catch (IllegalArgumentException e) {
      throw new CvmfsFailure.Data(
          "%s has no state %s: that is no revision, no root hash, and none of the names that 'cvmfs_shrinkwrap tags %s' lists"
              .formatted(newest.fqrn(), name, newest.fqrn()),
          e);
    }
  }

  /**
   * The state with a root catalog that somebody else names, if the newest one vouches for it.
   *
   * @throws CvmfsFailure.Trust if the newest state does not lead to it
   */
  public static Snapshot vouchedFor(Snapshot newest, ContentHash root) {
    if (!newest.isOrFollows(root, STEPS)) {
      throw new CvmfsFailure.Trust(
          "the newest signed state of %s does not lead to the root catalog %s, at least not within %d states; it may be forged"
              .formatted(newest.fqrn(), root, STEPS));
    }
    return at(newest, root);
  }

  private static Snapshot revision(Snapshot newest, long revision) {
    return newest
        .rootOf(revision, STEPS)
        .map(root -> at(newest, root))
        .orElseThrow(
            () ->
                new CvmfsFailure.Data(
                    "%s has no revision %d that the newest one, %d, leads to"
                        .formatted(newest.fqrn(), revision, newest.revision())));
  }

  private static Snapshot at(Snapshot newest, ContentHash root) {
    return root.equals(newest.rootHash()) ? newest : newest.at(root);
  }
}
