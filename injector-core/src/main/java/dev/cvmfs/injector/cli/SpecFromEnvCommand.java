package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.trace.EnvironmentSpecification;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code spec from-env}: a specification of what the present shell points to. */
@Command(
    name = "from-env",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Makes a specification of what the present shell's variables point to inside"
          + " /cvmfs/FQRN: PATH, LD_LIBRARY_PATH, MODULEPATH with the direct children of their"
          + " directories; module files; PYTHONPATH, EBROOT*, G4*DATA and other roots of packages"
          + " whole. Variables that point there and are not known are told. Load your modules first.",
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
      names = "--whole",
      paramLabel = "NAME",
      description = "Take what this variable points to as well, whole; can be repeated.")
  private List<String> whole = List.of();

  @Mixin private final SpecOutput output = new SpecOutput();

  SpecFromEnvCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    String mounted = "/cvmfs/" + repository;
    EnvironmentSpecification.Made made =
        EnvironmentSpecification.of(surroundings.environment(), mounted, Set.copyOf(whole));
    made.unknown()
        .forEach(
            (name, value) ->
                surroundings
                    .err()
                    .println(
                        "not taken: %s=%s (--whole %s takes it)".formatted(name, value, name)));
    if (made.text().length() == 0) {
      throw new ConfFailure(
          "no variable of this shell that is known points into %s\nload the modules that you want first, or name variables with --whole"
              .formatted(mounted));
    }
    output.write(made.text().bytes(), surroundings);
    return ExitCode.OK.number();
  }
}
