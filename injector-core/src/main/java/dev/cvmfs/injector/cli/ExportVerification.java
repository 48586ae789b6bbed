package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.States;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.posix.ExportCounters;
import dev.cvmfs.shrinkwrap.posix.ExportOptions;
import dev.cvmfs.shrinkwrap.posix.ExportReport;
import dev.cvmfs.shrinkwrap.posix.Exported;
import dev.cvmfs.shrinkwrap.posix.Exporter;
import dev.cvmfs.shrinkwrap.posix.Finding;
import dev.cvmfs.shrinkwrap.posix.Verifier;
import dev.cvmfs.shrinkwrap.source.SnapshotTree;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@code verify DIR}: compares an export with the catalogs that it came from. Which state and which
 * specification that was, only the export says; so the newest signed state has to lead to that
 * state, and the specification's digest is told. In JSON, a line for each finding, {@code {"fqrn":
 * "…", "path": "…", "problem": "…"}}, and one for each repository, {@code {"fqrn": "…", "revision":
 * 1, "verified": true, "specification": "sha256:…", "entries": 1, "problems": 0, "repaired":
 * false}}.
 */
final class ExportVerification {
  private final Surroundings surroundings;
  private final ImageOptions options;
  private final Path folder;
  private final List<String> repositories;
  private final boolean repair;
  private final boolean noOwners;
  private final Optional<Integer> threads;

  /**
   * @param repositories those of the folder that are meant; none stands for all
   * @param repair whether to make right what is found
   * @param noOwners whether the files belong to whoever exported them
   */
  ExportVerification(
      Surroundings surroundings,
      ImageOptions options,
      Path folder,
      List<String> repositories,
      boolean repair,
      boolean noOwners,
      Optional<Integer> threads) {
    this.surroundings = surroundings;
    this.options = options;
    this.folder = folder;
    this.repositories = repositories;
    this.repair = repair;
    this.noOwners = noOwners;
    this.threads = threads;
  }

  /**
   * Verifies one repository after the other, whatever became of those before it, and returns the
   * first exit code that is not {@link ExitCode#OK}, if there is one; but a failure goes before
   * what was found.
   */
  int run() {
    Session session = options.sessionOfResults(surroundings);
    return session
        .guarded(Session.about("subject", folder.toString()), () -> all(session))
        .number();
  }

  private ExitCode all(Session session) throws IOException {
    List<Exported> wanted = wanted();
    Conf conf = options.conf(surroundings.environment());
    session.warnOf(conf);
    ExitCode result = ExitCode.OK;
    for (Exported exported : wanted) {
      ExitCode code =
          session.guarded(
              exported.fqrn(),
              Session.about("fqrn", exported.fqrn()),
              () -> verify(exported, conf, session.console()) ? ExitCode.OK : ExitCode.FOUND);
      boolean failed = result != ExitCode.OK && result != ExitCode.FOUND;
      result = failed || code == ExitCode.OK ? result : code;
    }
    return result;
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

  private boolean verify(Exported exported, Conf conf, Console console) throws IOException {
    String fqrn = exported.fqrn();
    ContentHash root =
        exported
            .rootHash()
            .orElseThrow(
                () ->
                    new ConfFailure(
                        "%s was exported from a folder, so there is no catalog to compare it with"
                            .formatted(fqrn)));
    SpecificationFile specification =
        SpecificationFile.parse(exported.specification().bytes(), "the specification of " + fqrn);
    Path cache = LookOptions.cache(conf, surroundings.environment());
    return RepositoryVisit.of(
        fqrn,
        conf,
        cache,
        console,
        (newest, settings) -> {
          Snapshot snapshot = States.vouchedFor(newest, root);
          ExportOptions exportOptions = exportOptions(exported);
          AtomicLong problems = new AtomicLong();
          Verifier.Result result =
              new Verifier(PosixCalls.ofThisSystem())
                  .verify(
                      new SnapshotTree(snapshot),
                      specification,
                      exportOptions,
                      finding -> {
                        problems.incrementAndGet();
                        print(fqrn, finding);
                      });
          result.notes().forEach(note -> console.problem("note: " + fqrn + ": " + note));
          boolean repaired = repair && problems.get() > 0;
          if (repaired) {
            ExportOptions complete =
                exportOptions
                    .withCheck(ExportOptions.Check.CONTENT)
                    .withShape(ExportSettings.shape(settings));
            ExportReport report =
                Exporter.ofThisMachine()
                    .export(
                        new SnapshotTree(snapshot), specification, complete, new ExportCounters());
            report.notes().forEach(note -> console.problem("note: " + fqrn + ": " + note));
          }
          summarize(
              snapshot,
              Digest.sha256(exported.specification().bytes()),
              result.statistics(),
              problems.get(),
              repaired);
          return problems.get() == 0 || repaired;
        });
  }

  private ExportOptions exportOptions(Exported exported) {
    Optional<Path> gone = exported.store().filter(store -> !Files.isDirectory(store));
    if (gone.isPresent()) {
      throw new ConfFailure(
          "%s was exported with its store in %s, but there is no such folder: bring it back, or export it again, with -y for another place"
              .formatted(exported.fqrn(), gone.get()));
    }
    ExportOptions into =
        ExportOptions.into(folder, ProgramVersion.text())
            .withOwners(!noOwners)
            .withData(exported.store());
    return threads.isPresent() ? into.withThreads(ExportCommand.atLeastOne(threads.get())) : into;
  }

  private void print(String fqrn, Finding finding) {
    surroundings
        .out()
        .println(
            options.json()
                ? JsonNodeFactory.instance
                    .objectNode()
                    .put("fqrn", fqrn)
                    .put("path", finding.path().toString())
                    .put("problem", finding.problem())
                    .toString()
                : "%-60s  %s".formatted("/" + fqrn + finding.path(), finding.problem()));
  }

  private void summarize(
      Snapshot snapshot,
      Digest specification,
      ExportCounters statistics,
      long problems,
      boolean repaired) {
    long entries = statistics.byName().getOrDefault("entriesSrc", 0L);
    surroundings
        .out()
        .println(
            options.json()
                ? JsonNodeFactory.instance
                    .objectNode()
                    .put("fqrn", snapshot.fqrn())
                    .put("revision", snapshot.revision())
                    .put("verified", snapshot.trust() instanceof Trust.Verified)
                    .put("specification", specification.toString())
                    .put("entries", entries)
                    .put("problems", problems)
                    .put("repaired", repaired)
                    .toString()
                : "%s, revision %d, specification %s: %,d entries compared, %s"
                    .formatted(
                        snapshot.fqrn(),
                        snapshot.revision(),
                        specification,
                        entries,
                        problems == 0
                            ? "all as they should be"
                            : Amounts.count(problems, "problem", "problems")
                                + (repaired ? ", repaired" : "")));
  }
}
