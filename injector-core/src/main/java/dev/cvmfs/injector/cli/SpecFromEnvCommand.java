package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.trace.EnvironmentSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code spec from-env}: a specification of what the present shell points to. */
@Command(
    name = "from-env",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Makes a specification of what the present shell's variables point to inside"
          + " /cvmfs/FQRN: PATH, LD_LIBRARY_PATH, MODULEPATH with the direct children of their"
          + " directories; PYTHONPATH, EBROOT* and other roots of packages whole. Load your modules"
          + " first.",
      ""
    })
final class SpecFromEnvCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Option(
      names = {"-r", "--repo"},
      required = true,
      paramLabel = "FQRN",
      description = "The repository.")
  private String repository = "";

  @Option(
      names = {"-o", "--output"},
      paramLabel = "SPEC",
      description = "Where to write it; to stdout without.")
  private Optional<Path> output = Optional.empty();

  SpecFromEnvCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    String mounted = "/cvmfs/" + repository;
    byte[] text = EnvironmentSpecification.of(surroundings.environment(), mounted);
    if (text.length == 0) {
      throw new ConfFailure(
          "no variable of this shell points into %s\nload the modules that you want first"
              .formatted(mounted));
    }
    if (output.isPresent()) {
      Files.write(output.get(), text);
    } else {
      surroundings.out().write(text, 0, text.length);
      surroundings.out().flush();
    }
    return ExitCode.OK.number();
  }
}
