package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.image.Platform;
import dev.cvmfs.injector.image.RunSettings;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What can be said of exports to whole images. */
final class WholeImageOptions {
  @Option(
      names = "--from",
      paramLabel = "IMAGE",
      description =
          "Of an image: the one to put the files into, [HOST[:PORT]/]NAME[:TAG] or oci:DIR[:TAG]."
              + " Without it there is nothing else in the image.")
  private Optional<String> from = Optional.empty();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Of an image: what it is for, such as linux/arm64 (that of this machine).")
  private Optional<String> platform = Optional.empty();

  @Option(
      names = "--entrypoint",
      paramLabel = "WORDS",
      description =
          "Of an image: the program of its containers, as a path or as [\"/bin/sh\", \"-c\"].")
  private Optional<String> entrypoint = Optional.empty();

  @Option(
      names = "--cmd",
      paramLabel = "WORDS",
      description = "Of an image: its usual arguments, one or a list like that.")
  private Optional<String> command = Optional.empty();

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "Of an image: a variable of its environment; repeat it for more.")
  private List<String> environment = List.of();

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "Of an image: where its program starts.")
  private Optional<String> workingDirectory = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME:TAG",
      description = "Of a docker-archive: the name that the image gets where it is loaded.")
  private Optional<String> name = Optional.empty();

  /** Whether any of them was given. */
  boolean isAny() {
    return from.isPresent()
        || platform.isPresent()
        || !settings().equals(RunSettings.NONE)
        || name.isPresent();
  }

  /** The base image's name. */
  Optional<String> from() {
    return from;
  }

  /** The name where a docker-archive is loaded, with its tag. */
  Optional<String> name() {
    return name.map(
        text -> text.indexOf(':', text.lastIndexOf('/') + 1) < 0 ? text + ":latest" : text);
  }

  RunSettings settings() {
    try {
      return new RunSettings(
          words("--entrypoint", entrypoint),
          words("--cmd", command),
          environment,
          workingDirectory);
    } catch (IllegalArgumentException e) {
      throw new ConfFailure("--env: " + e.getMessage(), e);
    }
  }

  private static List<String> words(String option, Optional<String> text) {
    return text.map(words -> Words.of(option, words)).orElse(List.of());
  }

  /** What the image is for. */
  Platform platform() {
    try {
      return platform
          .map(Platform::parse)
          .orElseGet(() -> new Platform("linux", System.getProperty("os.arch", "amd64"), ""));
    } catch (IllegalArgumentException e) {
      throw new ConfFailure("--platform: " + e.getMessage(), e);
    }
  }
}
