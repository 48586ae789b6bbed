package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.Setting;
import java.util.Optional;
import java.util.regex.Pattern;

/** The directory in the image in which repositories appear, without slashes at its ends. */
final class MountPoint {
  /** As with a CVMFS client. */
  static final String USUAL = "cvmfs";

  private static final Pattern VALID =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._+-]*(/[A-Za-z0-9_][A-Za-z0-9._+-]*)*");
  private static final int LONGEST = 100;

  private MountPoint() {}

  /**
   * {@code OCI_PREFIX}; without it, what a layer that is there has.
   *
   * @throws ConfFailure if there can be no such directory
   */
  static String of(Conf conf, LayerRecipe present) {
    Optional<Setting> setting = conf.nonEmpty("OCI_PREFIX");
    if (setting.isEmpty()) {
      return present.prefix().orElse(USUAL);
    }
    String path = setting.get().value().replaceFirst("^/+", "").replaceFirst("/+$", "");
    if (!isValid(path)) {
      throw new ConfFailure(
          "%s: OCI_PREFIX is '%s', but must be a directory such as cvmfs or opt/cvmfs, of letters, digits and . _ + -"
              .formatted(setting.get().where(), setting.get().value()));
    }
    return path;
  }

  static boolean isValid(String path) {
    return path.length() <= LONGEST && VALID.matcher(path).matches();
  }
}
