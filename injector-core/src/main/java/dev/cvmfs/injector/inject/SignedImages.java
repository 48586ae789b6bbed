package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.Setting;
import java.util.Optional;

/** What is to be done where a signed image would be replaced by one that is not. */
public enum SignedImages {
  /** It is said, and done. */
  WARN,
  /** It is left as it is. */
  REFUSE;

  /**
   * {@code OCI_SIGNED}.
   *
   * @throws ConfFailure if it is neither
   */
  public static SignedImages of(Conf conf) {
    Optional<Setting> setting = conf.nonEmpty("OCI_SIGNED");
    return setting.isEmpty()
        ? WARN
        : switch (setting.get().value()) {
          case "warn" -> WARN;
          case "refuse" -> REFUSE;
          default ->
              throw new ConfFailure(
                  "%s: OCI_SIGNED is '%s', but must be warn or refuse"
                      .formatted(setting.get().where(), setting.get().value()));
        };
  }
}
