package dev.cvmfs.injector.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code verify IMAGE}: whether what is published is what was signed. */
@Command(
    name = "verify",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Proves that the CVMFS layer of an image is what the repository's signed catalogs and the"
          + " specification in it make it: every file, every byte.",
      "Downloads the layer from the registry, and catalogs alone from CVMFS. Prints what is proven,"
          + " or a table of what is wrong.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {"  cvmfs_shrinkwrap verify USER/IMAGE -c hub.docker.com -c my.conf"})
final class VerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "IMAGE",
      description =
          "[HOST[:PORT]/]NAME[:TAG|@DIGEST]; without a host, on the configuration's registry.")
  private String image = "";

  @Mixin private final ImageOptions options = new ImageOptions();

  VerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new ImageVerification(surroundings, options).run(image);
  }
}
