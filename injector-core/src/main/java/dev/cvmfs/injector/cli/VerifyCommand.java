package dev.cvmfs.injector.cli;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code verify IMAGE|DIR}: whether what is there is what was signed. */
@Command(
    name = "verify",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Proves that the CVMFS layer of an image, or a folder with an export, is what the"
          + " repository's signed catalogs and the specification in it make it: every file, every"
          + " byte.",
      "Of CVMFS it downloads catalogs alone, and of an image the one layer. Prints what is proven,"
          + " or a table of what is wrong.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cvmfs_shrinkwrap verify USER/IMAGE -c hub.docker.com -c my.conf",
      "  cvmfs_shrinkwrap verify /export/cvmfs -c my.conf --repair"
    })
final class VerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      index = "0",
      paramLabel = "IMAGE|DIR",
      description =
          "An image, [HOST[:PORT]/]NAME[:TAG|@DIGEST]; or, if there is such a folder, what was"
              + " exported to it.")
  private String subject = "";

  @Parameters(
      index = "1..*",
      paramLabel = "FQRN",
      description = "Repositories in the folder; all of them by default.")
  private List<String> repositories = List.of();

  @Option(names = "--repair", description = "Make the export right.")
  private boolean repair;

  @Option(
      names = "--no-chown",
      description = "The exported files belong to whoever exported them, and shall.")
  private boolean noOwners;

  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "How many exported files are read at a time (twice the processors).")
  private Optional<Integer> threads = Optional.empty();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Of an index, the images for this platform alone (OCI_PLATFORMS).")
  private Optional<String> platform = Optional.empty();

  @Mixin private final ImageOptions options = new ImageOptions();

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec commandSpec;

  VerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Optional<Path> folder = folder();
    if (folder.isPresent()) {
      if (platform.isPresent()) {
        throw new ParameterException(
            commandSpec.commandLine(), "an export in a folder has no --platform");
      }
      return new ExportVerification(
              surroundings, options, folder.get(), repositories, repair, noOwners, threads)
          .run();
    }
    if (repair || noOwners || threads.isPresent() || !repositories.isEmpty()) {
      throw new ParameterException(
          commandSpec.commandLine(),
          "there is no folder %s, and images are verified without further arguments"
              .formatted(subject));
    }
    return new ImageVerification(surroundings, options).run(subject, platform);
  }

  private Optional<Path> folder() {
    try {
      return Optional.of(Path.of(subject)).filter(Files::isDirectory);
    } catch (InvalidPathException e) {
      // Then it may still name an image.
      return Optional.empty();
    }
  }
}
