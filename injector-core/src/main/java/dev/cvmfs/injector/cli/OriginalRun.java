package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.ConfLocator;
import dev.cvmfs.shrinkwrap.posix.ExportCounters;
import dev.cvmfs.shrinkwrap.posix.ExportOptions;
import dev.cvmfs.shrinkwrap.posix.ExportReport;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;

/** An export as the original's command line asks for it, with the original's output. */
final class OriginalRun {
  private final Surroundings surroundings;
  private final OriginalOptions options;
  private final Console console;

  OriginalRun(Surroundings surroundings, OriginalOptions options) {
    this.surroundings = surroundings;
    this.options = options;
    this.console = new Console(surroundings.out(), surroundings.err());
  }

  /** Exports, and returns the exit code. */
  int run() throws IOException {
    Verbosity.NORMAL.configureLogging();
    String fqrn =
        options.repository().orElseThrow(() -> new ConfFailure("the repository is missing: -r"));
    requirePossible();
    Conf conf = conf();
    conf.warnings().forEach(warning -> console.problem("warning: " + warning));
    ExportJob job =
        new ExportJob(surroundings, console, conf, exportOptions(), options.specification(), false);
    ExportCounters statistics = new ExportCounters();
    ExportReport report = export(job, fqrn, statistics);
    report.notes().forEach(note -> console.problem("note: " + note));
    print(statistics);
    if (options.garbage()) {
      console.line(
          "Files removed|%d|Number of unused data files removed%nBytes removed|%d|Bytes in them"
              .formatted(report.garbageFiles(), report.garbageBytes()));
    }
    return ExitCode.OK.number();
  }

  private ExportReport export(ExportJob job, String fqrn, ExportCounters statistics)
      throws IOException {
    Periodically printing = new Periodically(options.statisticsPeriod(), () -> print(statistics));
    try {
      return options.sourceType().equals("posix")
          ? job.fromFolder(fqrn, options.sourceBase().resolve(fqrn), statistics)
          : job.fromCvmfs(fqrn, statistics);
    } finally {
      printing.close();
    }
  }

  private void print(ExportCounters statistics) {
    console.line(ExportText.block(statistics).stripTrailing());
  }

  private void requirePossible() {
    if (!options.sourceType().equals("cvmfs") && !options.sourceType().equals("posix")) {
      throw new ConfFailure("-s %s: the source is cvmfs or posix".formatted(options.sourceType()));
    }
    if (!options.destinationType().equals("posix")) {
      throw new ConfFailure(
          "-d %s: the only destination is posix".formatted(options.destinationType()));
    }
    if (options.destinationConfig().isPresent()) {
      throw new ConfFailure("-z: there is nothing to configure about the destination posix");
    }
  }

  private Conf conf() {
    ConfLocator locator = ConfLocator.of(surroundings.environment());
    Conf conf = Conf.empty();
    for (String files : options.sourceConfigs()) {
      for (String file : files.split(":", -1)) {
        conf = conf.with(locator.load(file));
      }
    }
    if (options.sourceCache().isPresent()) {
      conf = conf.with(Conf.of(Map.of("OCI_CACHE", options.sourceCache().get()), "command line"));
    }
    return conf;
  }

  private ExportOptions exportOptions() {
    ExportOptions export =
        ExportOptions.into(options.destinationBase(), ProgramVersion.text())
            .withData(options.destinationCache())
            .withGarbage(options.garbage() ? OptionalLong.of(0) : OptionalLong.empty());
    return options.threads().isPresent()
        ? export.withThreads(ExportCommand.atLeastOne(options.threads().get()))
        : export;
  }
}
