package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.posix.ExportOptions;
import dev.cvmfs.shrinkwrap.posix.ExportReport;
import dev.cvmfs.shrinkwrap.posix.Exported;
import dev.cvmfs.shrinkwrap.posix.Exporter;
import dev.cvmfs.shrinkwrap.posix.Finding;
import dev.cvmfs.shrinkwrap.posix.Statistics;
import dev.cvmfs.shrinkwrap.posix.Verifier;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.sync.SnapshotTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code verify DIR}: compares an export with the catalogs that it came from. In JSON, a line for
 * each finding, {@code {"fqrn": "…", "path": "…", "problem": "…"}}, and one for each repository,
 * {@code {"fqrn": "…", "revision": 1, "entries": 1, "problems": 0, "repaired": false}}.
 */
@Command(
    name = "verify",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Compares every file of an export, its content included, with the signed catalog of the"
          + " revision that was exported, and lists what is wrong.",
      ""
    })
final class VerifyCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(index = "0", paramLabel = "DIR", description = "The folder that was exported to.")
  private Path folder = Path.of("");

  @Parameters(
      index = "1..*",
      paramLabel = "FQRN",
      description = "Repositories in there; all of them by default.")
  private List<String> repositories = List.of();

  @Option(names = "--repair", description = "Make it right.")
  private boolean repair;

  @Option(
      names = "--no-chown",
      description = "The files belong to whoever exported them, and shall.")
  private boolean noOwners;

  @Option(
      names = {"-j", "--threads"},
      paramLabel = "N",
      description = "How many files are read at a time (twice the processors).")
  private Optional<Integer> threads = Optional.empty();

  @Mixin private final LookOptions look = new LookOptions();

  VerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  // Whatever goes wrong has to be reported.
  @SuppressWarnings("CatchingThrowable")
  @Override
  public Integer call() {
    Verbosity verbosity = look.verbosity();
    verbosity.configureLogging();
    Console console = new Console(surroundings.out(), surroundings.err());
    try {
      boolean good = true;
      for (Exported exported : wanted()) {
        good &= verify(exported, console);
      }
      return (good ? ExitCode.OK : ExitCode.DIFFERENT).number();
    } catch (Throwable thrown) {
      Throwable failure = Failures.root(thrown);
      console.problem(Failures.text(failure, verbosity));
      return ExitCode.of(failure).number();
    }
  }

  private List<Exported> wanted() throws IOException {
    List<Exported> present = Exported.in(folder.toAbsolutePath().normalize());
    List<Exported> wanted =
        present.stream()
            .filter(one -> repositories.isEmpty() || repositories.contains(one.fqrn()))
            .toList();
    for (String fqrn : repositories) {
      if (wanted.stream().noneMatch(one -> one.fqrn().equals(fqrn))) {
        throw new ConfFailure("%s was not exported to %s by this program".formatted(fqrn, folder));
      }
    }
    if (wanted.isEmpty()) {
      throw new ConfFailure(
          "nothing was exported to %s by this program; a tree of the original is taken over by 'export'"
              .formatted(folder));
    }
    return wanted;
  }

  private boolean verify(Exported exported, Console console) throws IOException {
    String fqrn = exported.fqrn();
    Conf conf =
        look.conf(surroundings.environment())
            .with(
                Conf.of(
                    Map.of(
                        "CVMFS_ROOT_HASH",
                        exported
                            .rootHash()
                            .orElseThrow(
                                () ->
                                    new ConfFailure(
                                        "%s was exported from a folder, so there is no catalog to compare it with"
                                            .formatted(fqrn)))
                            .toString()),
                    folder.toString()));
    SpecificationFile specification =
        SpecificationFile.parse(exported.specification().bytes(), "the specification of " + fqrn);
    Path cache = LookOptions.cache(conf, surroundings.environment());
    try (CvmfsClient client = CvmfsClient.withCache(cache)) {
      CvmfsConf settings = client.settings(conf, fqrn);
      try (Snapshot snapshot = client.open(settings)) {
        ExportOptions options = options();
        AtomicLong problems = new AtomicLong();
        Verifier.Result result =
            new Verifier(PosixCalls.ofThisSystem())
                .verify(
                    new SnapshotTree(snapshot),
                    specification,
                    options,
                    finding -> {
                      problems.incrementAndGet();
                      print(fqrn, finding);
                    });
        result.notes().forEach(note -> console.problem("note: " + fqrn + ": " + note));
        boolean repaired = repair && problems.get() > 0;
        if (repaired) {
          ExportOptions complete =
              options.withProveAll(true).withShape(ExportSettings.shape(settings));
          ExportReport report =
              Exporter.ofThisMachine()
                  .export(new SnapshotTree(snapshot), specification, complete, new Statistics());
          report.notes().forEach(note -> console.problem("note: " + fqrn + ": " + note));
        }
        summarize(exported, result.statistics(), problems.get(), repaired);
        return problems.get() == 0 || repaired;
      }
    }
  }

  private ExportOptions options() {
    ExportOptions options = ExportOptions.into(folder, ProgramVersion.text()).withOwners(!noOwners);
    return threads.isPresent()
        ? options.withThreads(ExportCommand.atLeastOne(threads.get()))
        : options;
  }

  private void print(String fqrn, Finding finding) {
    surroundings
        .out()
        .println(
            look.json()
                ? JsonNodeFactory.instance
                    .objectNode()
                    .put("fqrn", fqrn)
                    .put("path", finding.path().toString())
                    .put("problem", finding.problem())
                    .toString()
                : "%-60s  %s".formatted("/" + fqrn + finding.path(), finding.problem()));
  }

  private void summarize(
      Exported exported, Statistics statistics, long problems, boolean repaired) {
    long entries = statistics.byName().getOrDefault("entriesSrc", 0L);
    surroundings
        .out()
        .println(
            look.json()
                ? JsonNodeFactory.instance
                    .objectNode()
                    .put("fqrn", exported.fqrn())
                    .put("revision", exported.revision())
                    .put("entries", entries)
                    .put("problems", problems)
                    .put("repaired", repaired)
                    .toString()
                : "%s, revision %d: %,d entries compared, %s"
                    .formatted(
                        exported.fqrn(),
                        exported.revision(),
                        entries,
                        problems == 0
                            ? "all as they should be"
                            : "%,d problems%s".formatted(problems, repaired ? ", repaired" : "")));
  }
}
