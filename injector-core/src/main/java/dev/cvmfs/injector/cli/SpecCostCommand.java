package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.survey.SliceCost;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code spec cost FILE}: how large the specified part of a repository is. In JSON, in one line:
 *
 * <pre>
 * {"file": "x.spec", "fqrn": "…", "revision": 1, "entries": 4, "directories": 1, "files": 1,
 *  "symlinks": 1, "specials": 1, "bytes": 1, "objects": 1, "distinctObjects": 1,
 *  "distinctBytes": 1, "catalogs": 1, "lines": [{"line": 1, "entries": 4, "bytes": 1}]}
 * </pre>
 *
 * Bytes are those of plain content.
 */
@Command(
    name = "cost",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Tells how large the part of a repository is that a specification includes: from catalogs"
          + " alone, so no content is fetched.",
      ""
    })
final class SpecCostCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "FILE", description = "The specification.")
  private Path file;

  @Option(
      names = "--lines",
      paramLabel = "N",
      description = "Tell the shares of the N largest lines as well.")
  private int mostLines;

  @Mixin private final SpecOptions specOptions = new SpecOptions();
  @Mixin private final LookOptions options = new LookOptions();

  SpecCostCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    LookRun run = new LookRun(surroundings, options);
    return run.guarded(
        file.toString(),
        console -> {
          cost(run, console);
          return ExitCode.OK;
        });
  }

  private void cost(LookRun run, Console console) throws IOException {
    SpecificationFile specification = SpecificationFile.read(file, specOptions.reading());
    Conf conf = options.conf(surroundings.environment());
    run.open(
        conf,
        specOptions.repository(conf, file),
        console,
        snapshot -> tell(snapshot, SliceCost.of(snapshot, specification)));
  }

  private void tell(Snapshot snapshot, SliceCost cost) {
    if (options.json()) {
      surroundings.out().println(json(snapshot, cost));
      return;
    }
    say("repository", "%s, revision %d".formatted(snapshot.fqrn(), snapshot.revision()));
    say("entries", Amounts.count(cost.entries()));
    say("directories", Amounts.count(cost.directories()));
    say("files", Amounts.count(cost.files()));
    say("symlinks", Amounts.count(cost.symlinks()));
    say("specials", Amounts.count(cost.specials()));
    say("content", bytes(cost.bytes()));
    say("objects", Amounts.count(cost.objects()));
    say(
        "distinct",
        "%s, %s"
            .formatted(
                Amounts.count(cost.distinctObjects(), "object", "objects"),
                bytes(cost.distinctBytes())));
    say("catalogs", Amounts.count(cost.catalogs()));
    largest(cost).forEach(line -> surroundings.out().println(text(line)));
  }

  private void say(String what, String value) {
    surroundings.out().println(String.format(Locale.ROOT, "%-12s %s", what + ":", value));
  }

  private static String bytes(long bytes) {
    return "%s (%s bytes)".formatted(Amounts.bytes(bytes), Amounts.count(bytes));
  }

  private List<SliceCost.Line> largest(SliceCost cost) {
    return cost.lines().stream()
        .filter(line -> line.number() > 0)
        .sorted(
            Comparator.comparing(SliceCost.Line::bytes)
                .thenComparing(SliceCost.Line::entries)
                .reversed())
        .limit(mostLines)
        .toList();
  }

  private String text(SliceCost.Line line) {
    return "%s:%d: %s, %s"
        .formatted(
            file,
            line.number(),
            Amounts.count(line.entries(), "entry", "entries"),
            bytes(line.bytes()));
  }

  private ObjectNode json(Snapshot snapshot, SliceCost cost) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("file", file.toString());
    json.put("fqrn", snapshot.fqrn());
    json.put("revision", snapshot.revision());
    json.put("entries", cost.entries());
    json.put("directories", cost.directories());
    json.put("files", cost.files());
    json.put("symlinks", cost.symlinks());
    json.put("specials", cost.specials());
    json.put("bytes", cost.bytes());
    json.put("objects", cost.objects());
    json.put("distinctObjects", cost.distinctObjects());
    json.put("distinctBytes", cost.distinctBytes());
    json.put("catalogs", cost.catalogs());
    for (SliceCost.Line line : cost.lines()) {
      json.withArray("lines")
          .addObject()
          .put("line", line.number())
          .put("entries", line.entries())
          .put("bytes", line.bytes());
    }
    return json;
  }
}
