package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.ImageVerifier;
import dev.cvmfs.injector.inject.Verification;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code verify} for images. */
final class ImageVerification {
  private final Surroundings surroundings;
  private final ImageOptions options;

  ImageVerification(Surroundings surroundings, ImageOptions options) {
    this.surroundings = surroundings;
    this.options = options;
  }

  /**
   * Does it, and returns the exit code.
   *
   * @param platform of an index, the images for this platform alone
   */
  int run(String image, Optional<String> platform) {
    Map<String, String> overlay = new LinkedHashMap<>();
    platform.ifPresent(name -> overlay.put("OCI_PLATFORMS", name));
    return new ImageRun(surroundings, options, overlay).run(image, this::verify);
  }

  private ExitCode verify(ImageRun.Opened image) throws IOException {
    List<Verification> all =
        new ImageVerifier(
                image.store(),
                image.local().snapshots(),
                image.local().registryConf().cache(),
                image.local().conf(),
                image.local().registryConf().garbagePolicy(),
                image.local().progress(),
                Clock.systemUTC())
            .verify(image.name());
    all.forEach(this::print);
    return all.stream().allMatch(Verification::isProven) ? ExitCode.OK : ExitCode.FOUND;
  }

  private void print(Verification verification) {
    ExitCode code = verification.isProven() ? ExitCode.OK : ExitCode.FOUND;
    if (options.json()) {
      surroundings.out().println(VerificationText.json(verification, code));
    } else {
      VerificationText.lines(verification).forEach(surroundings.out()::println);
    }
  }
}
