package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.Setting;
import dev.cvmfs.injector.image.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is to be done with images for several platforms.
 *
 * @param platforms {@code OCI_PLATFORMS}: those that are meant; none stands for all that run Linux
 * @param keepAttestations {@code OCI_ATTESTATIONS=keep}: whether statements about images stay in an
 *     index when the images they are about no longer do
 */
public record IndexOptions(List<Platform> platforms, boolean keepAttestations) {
  public IndexOptions {
    platforms = List.copyOf(platforms);
  }

  /**
   * Reads the settings.
   *
   * @throws ConfFailure if one cannot be used
   */
  public static IndexOptions of(Conf conf) {
    return new IndexOptions(platforms(conf), keepAttestations(conf));
  }

  private static List<Platform> platforms(Conf conf) {
    Optional<Setting> setting = conf.nonEmpty("OCI_PLATFORMS");
    List<Platform> platforms = new ArrayList<>();
    if (setting.isPresent() && !setting.get().value().equals("all")) {
      for (String name : setting.get().value().strip().split("[,\\s]+", -1)) {
        platforms.add(platform(setting.get(), name));
      }
    }
    return platforms;
  }

  private static Platform platform(Setting setting, String name) {
    try {
      return Platform.parse(name);
    } catch (IllegalArgumentException e) {
      throw new ConfFailure(
          "%s: OCI_PLATFORMS: %s; separate several with commas"
              .formatted(setting.where(), e.getMessage()),
          e);
    }
  }

  private static boolean keepAttestations(Conf conf) {
    Optional<Setting> setting = conf.nonEmpty("OCI_ATTESTATIONS");
    return setting.isPresent()
        && switch (setting.get().value()) {
          case "keep" -> true;
          case "drop" -> false;
          default ->
              throw new ConfFailure(
                  "%s: OCI_ATTESTATIONS is '%s', but must be drop or keep"
                      .formatted(setting.get().where(), setting.get().value()));
        };
  }

  /** Whether an image for this platform is meant. */
  boolean means(Platform platform) {
    return platforms.isEmpty()
        ? platform.isLinux()
        : platforms.stream().anyMatch(wanted -> wanted.covers(platform));
  }
}
