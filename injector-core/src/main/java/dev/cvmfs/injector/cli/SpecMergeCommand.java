package dev.cvmfs.injector.cli;

import dev.cvmfs.shrinkwrap.spec.Extent;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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

  @Mixin private final SpecOutput output = new SpecOutput();

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
    output.write(text, surroundings);
    return ExitCode.OK.number();
  }
}
