package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.ImageVerifier;
import dev.cvmfs.injector.inject.Verification;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;

/** {@code verify} for images. */
final class ImageVerification {
  private final Surroundings surroundings;
  private final ImageOptions options;

  ImageVerification(Surroundings surroundings, ImageOptions options) {
    this.surroundings = surroundings;
    this.options = options;
  }

  /** Does it, and returns the exit code. */
  int run(String image) {
    return new ImageRun(surroundings, options, Map.of()).run(image, this::verify);
  }

  private ExitCode verify(ImageRun.Opened image) throws IOException {
    Verification verification =
        new ImageVerifier(
                image.store(),
                image.local().snapshots(),
                image.local().registryConf().cache(),
                image.local().conf(),
                image.local().progress(),
                Clock.systemUTC())
            .verify(image.name());
    ExitCode code = verification.isProven() ? ExitCode.OK : ExitCode.FOUND;
    if (options.json()) {
      surroundings.out().println(VerificationText.json(verification, code));
    } else {
      VerificationText.lines(verification).forEach(surroundings.out()::println);
    }
    return code;
  }
}
