package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.posix.ExportCounters;
import dev.cvmfs.shrinkwrap.posix.ExportOptions;
import dev.cvmfs.shrinkwrap.posix.ExportReport;
import dev.cvmfs.shrinkwrap.posix.Exported;
import dev.cvmfs.shrinkwrap.posix.Exporter;
import dev.cvmfs.shrinkwrap.posix.MountedTree;
import dev.cvmfs.shrinkwrap.source.SnapshotTree;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.spec.WantedParts;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Exports repositories, one after the other; all with the same settings. */
final class ExportJob {
  private final Surroundings surroundings;
  private final Console console;
  private final Conf conf;
  private final ExportOptions options;
  private final Optional<Path> specification;
  private final boolean readAsOriginal;

  /**
   * @param specification a file; or a folder with a file {@code FQRN.spec} for each repository;
   *     empty for the one that the export was made with, or {@code FQRN.spec} here
   * @param readAsOriginal whether the specification means what the original program makes of it
   */
  ExportJob(
      Surroundings surroundings,
      Console console,
      Conf conf,
      ExportOptions options,
      Optional<Path> specification,
      boolean readAsOriginal) {
    this.surroundings = surroundings;
    this.console = console;
    this.conf = conf;
    this.options = options;
    this.specification = specification;
    this.readAsOriginal = readAsOriginal;
  }

  /** Exports a repository of CVMFS. */
  ExportReport fromCvmfs(String fqrn, ExportCounters statistics) throws IOException {
    SpecificationFile wanted = specification(fqrn);
    Path cache = LookOptions.cache(conf, surroundings.environment());
    return RepositoryVisit.of(
        fqrn,
        conf,
        cache,
        console,
        (snapshot, settings) -> {
          ExportOptions into = options(fqrn);
          ExportOptions complete =
              into.withShape(ExportSettings.shape(settings))
                  .withNotes(
                      ExportSettings.notes(
                          fqrn, ProgramVersion.text(), conf, "", cache.toString(), into));
          return Exporter.ofThisMachine()
              .export(new SnapshotTree(snapshot), wanted, complete, statistics);
        });
  }

  /**
   * Exports a folder.
   *
   * @param folder the top of the tree, such as the mounted repository
   */
  ExportReport fromFolder(String fqrn, Path folder, ExportCounters statistics) throws IOException {
    SpecificationFile wanted = specification(fqrn);
    ExportOptions into = options(fqrn);
    ExportOptions complete =
        into.withNotes(
            ExportSettings.notes(fqrn, ProgramVersion.text(), conf, folder.toString(), "", into));
    return Exporter.ofThisMachine()
        .export(
            new MountedTree(PosixCalls.ofThisSystem(), fqrn, folder), wanted, complete, statistics);
  }

  /** The store stays where the last run had it, unless another place is asked for. */
  private ExportOptions options(String fqrn) throws IOException {
    return options.data().isPresent()
        ? options
        : options.withData(earlier(fqrn).flatMap(Exported::store).filter(Files::isDirectory));
  }

  private Optional<Exported> earlier(String fqrn) throws IOException {
    return Exported.in(options.base()).stream()
        .filter(exported -> exported.fqrn().equals(fqrn))
        .findFirst();
  }

  private void warn(String warning) {
    console.problem("warning: " + warning);
  }

  private SpecificationFile specification(String fqrn) throws IOException {
    SpecificationFile found = new WantedParts(specification, this::present).of(fqrn);
    found.warnings().forEach(warning -> warn(warning.toString()));
    return readAsOriginal ? found.readAsOriginal() : found;
  }

  private Optional<ByteString> present(String fqrn) throws IOException {
    return earlier(fqrn).map(Exported::specification);
  }
}
