package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.spec.Remark;
import dev.cvmfs.shrinkwrap.spec.Remark.Severity;
import dev.cvmfs.shrinkwrap.spec.SpecLint;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.survey.RepositoryLint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code spec lint FILE}: what is wrong with a specification. In JSON, a line for each finding:
 *
 * <pre>
 * {"file": "x.spec", "line": 1, "severity": "error|warning|note", "kind": "missing", "message": "…"}
 * </pre>
 *
 * {@code line} is 0 where the whole file is meant.
 */
@Command(
    name = "lint",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Finds what is wrong with a specification: lines that are none, that can decide nothing, or"
          + " that mean something else to the original program; and with a configuration (-c), in"
          + " the repository: paths that do not exist, directories without their contents, ways"
          + " through symbolic links.",
      "Ends with 2 if the file is not a specification, with 9 if there are warnings.",
      ""
    })
final class SpecLintCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Parameters(paramLabel = "FILE", description = "The specification.")
  private Path file;

  @Mixin private final SpecOptions specOptions = new SpecOptions();
  @Mixin private final LookOptions options = new LookOptions();

  SpecLintCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    LookRun run = new LookRun(surroundings, options);
    return run.guarded(file.toString(), console -> lint(run, console));
  }

  private ExitCode lint(LookRun run, Console console) throws IOException {
    byte[] source = SpecificationFile.bytes(file);
    List<Remark> remarks = new ArrayList<>(SpecLint.of(source, specOptions.reading()));
    boolean sound = count(remarks, Severity.ERROR) == 0;
    if (sound && (options.isConfigured() || specOptions.namesRepository())) {
      Conf conf = options.conf(surroundings.environment());
      SpecificationFile specification =
          SpecificationFile.parse(source, file.toString(), specOptions.reading());
      run.open(
          conf,
          specOptions.repository(conf, file),
          console,
          snapshot -> remarks.addAll(RepositoryLint.of(specification, snapshot)));
    }
    remarks.sort(Comparator.comparing(Remark::line).thenComparing(Remark::kind));
    remarks.forEach(this::print);
    if (!options.json() && options.verbosity() != Verbosity.QUIET) {
      surroundings.out().println(summary(remarks));
    }
    if (!sound) {
      return ExitCode.USAGE;
    }
    return count(remarks, Severity.WARNING) > 0 ? ExitCode.FOUND : ExitCode.OK;
  }

  private void print(Remark remark) {
    String severity = remark.severity().name().toLowerCase(Locale.ROOT);
    if (options.json()) {
      surroundings
          .out()
          .println(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("file", file.toString())
                  .put("line", remark.line())
                  .put("severity", severity)
                  .put("kind", remark.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'))
                  .put("message", remark.message()));
    } else if (remark.severity() != Severity.NOTE || options.verbosity() != Verbosity.QUIET) {
      String where = remark.line() == 0 ? file.toString() : file + ":" + remark.line();
      surroundings.out().println("%s: %s: %s".formatted(where, severity, remark.message()));
    }
  }

  private static String summary(List<Remark> remarks) {
    return "%s, %s, %s"
        .formatted(
            Amounts.count(count(remarks, Severity.ERROR), "error", "errors"),
            Amounts.count(count(remarks, Severity.WARNING), "warning", "warnings"),
            Amounts.count(count(remarks, Severity.NOTE), "note", "notes"));
  }

  private static long count(List<Remark> remarks, Severity severity) {
    return remarks.stream().filter(remark -> remark.severity() == severity).count();
  }
}
