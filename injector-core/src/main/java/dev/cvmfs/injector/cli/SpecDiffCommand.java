package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.Extent;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.survey.SliceDifference;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code spec diff A B}: in what two specifications differ. In JSON, a line for each difference:
 * {@code {"path": "/a", "left": "everything below", "right": "nothing"}}, or with a repository
 * {@code {"path": "/a/b", "only": "left|right"}}.
 */
@Command(
    name = "diff",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Tells in what two specifications differ by their meaning; how they are written does not"
          + " matter. Without a configuration there may be no wildcards; a difference holds for all"
          + " below that is not told of itself. With one (-c) the entries of the repository that only"
          + " one of them includes are listed, after < or >.",
      "Ends with 9 if they differ.",
      ""
    })
final class SpecDiffCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Parameters(index = "0", paramLabel = "A", description = "A specification.")
  private Path left;

  @SuppressWarnings("NullAway.Init")
  @Parameters(index = "1", paramLabel = "B", description = "Another one.")
  private Path right;

  @Mixin private final SpecOptions specOptions = new SpecOptions();
  @Mixin private final LookOptions options = new LookOptions();

  SpecDiffCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    LookRun run = new LookRun(surroundings, options);
    return run.guarded(left + " " + right, console -> compare(run, console));
  }

  private ExitCode compare(LookRun run, Console console) throws IOException {
    SpecificationFile one = SpecificationFile.read(left, specOptions.reading());
    SpecificationFile two = SpecificationFile.read(right, specOptions.reading());
    if (!options.isConfigured()) {
      List<Extent.Difference> differences = Extent.of(one).differences(Extent.of(two));
      differences.forEach(this::print);
      return differences.isEmpty() ? ExitCode.OK : ExitCode.FOUND;
    }
    Conf conf = options.conf(surroundings.environment());
    AtomicBoolean differ = new AtomicBoolean();
    run.open(
        conf,
        specOptions.repository(conf, left),
        console,
        snapshot -> differ.set(list(snapshot, one, two)));
    return differ.get() ? ExitCode.FOUND : ExitCode.OK;
  }

  private boolean list(Snapshot snapshot, SpecificationFile one, SpecificationFile two) {
    AtomicBoolean differ = new AtomicBoolean();
    SliceDifference.list(
        snapshot,
        one,
        two,
        (entry, inLeft) -> {
          differ.set(true);
          String path = entry.path().toString();
          surroundings
              .out()
              .println(
                  options.json()
                      ? JsonNodeFactory.instance
                          .objectNode()
                          .put("path", path)
                          .put("only", inLeft ? "left" : "right")
                          .toString()
                      : (inLeft ? "< " : "> ") + path);
        });
    return differ.get();
  }

  private void print(Extent.Difference difference) {
    String path = difference.path().toString();
    String before = difference.left().meaning();
    String after = difference.right().meaning();
    surroundings
        .out()
        .println(
            options.json()
                ? JsonNodeFactory.instance
                    .objectNode()
                    .put("path", path)
                    .put("left", before)
                    .put("right", after)
                    .toString()
                : "%s: %s -> %s".formatted(path, before, after));
  }
}
