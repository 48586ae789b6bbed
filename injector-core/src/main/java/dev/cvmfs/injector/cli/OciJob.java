package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.Report;
import java.io.IOException;

/** What the {@code oci} command does to one image. */
@FunctionalInterface
public interface OciJob {

  /**
   * Does it.
   *
   * @param image the image's name as it was given on the command line
   * @throws IOException if the local disk fails; every other failure is unchecked, and {@link
   *     ExitCode} knows what it means
   */
  Report run(String image, OciOptions options, ProgressListener progress) throws IOException;
}
