package dev.cvmfs.injector.cli;

import dev.cvmfs.shrinkwrap.spec.Extent;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code spec merge SPEC...}: a specification that wants what any of several wants. */
@Command(
    name = "merge",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Makes a specification that wants what any of several wants, in the fewest lines, sorted."
          + " Of one, it is the same specification in the fewest lines. Comments are not kept, and"
          + " there may be no wildcards.",
      ""
    })
final class SpecMergeCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(arity = "1..*", paramLabel = "SPEC", description = "Specifications.")
  private List<Path> files = List.of();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "SPEC",
      description = "Where to write it; to stdout without.")
  private Optional<Path> output = Optional.empty();

  SpecMergeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException {
    Extent all = Extent.of(SpecificationFile.read(files.get(0)));
    for (Path file : files.subList(1, files.size())) {
      all = all.or(Extent.of(SpecificationFile.read(file)));
    }
    byte[] text = all.text();
    if (output.isPresent()) {
      Files.write(output.get(), text);
    } else {
      surroundings.out().write(text, 0, text.length);
      surroundings.out().flush();
    }
    return ExitCode.OK.number();
  }
}
