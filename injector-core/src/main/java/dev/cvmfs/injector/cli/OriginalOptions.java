package dev.cvmfs.injector.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the original cvmfs_shrinkwrap, which has no commands. */
final class OriginalOptions extends FolderOptions {
  @Option(
      names = {"-r", "--repo"},
      paramLabel = "FQRN",
      description = "The repository.")
  private Optional<String> repository = Optional.empty();

  @Option(
      names = {"-s", "--src-type"},
      paramLabel = "TYPE",
      description = "cvmfs, or posix for a folder or mounted repository (cvmfs).")
  private String sourceType = "cvmfs";

  @Option(
      names = {"-b", "--src-base"},
      paramLabel = "DIR",
      description = "For posix: where the repository's folder is (/cvmfs).")
  private Path sourceBase = Path.of("/cvmfs");

  @Option(
      names = {"-c", "--src-cache"},
      paramLabel = "DIR",
      description = "Where to keep what was fetched (~/.cache/cvmfs_shrinkwrap).")
  private Optional<String> sourceCache = Optional.empty();

  @Option(
      names = {"-f", "--src-config"},
      paramLabel = "FILE[:FILE...]",
      description = "Configuration; of several, the later win.")
  private List<String> sourceConfigs = List.of();

  @Option(
      names = {"-d", "--dest-type"},
      paramLabel = "TYPE",
      description = "posix.")
  private String destinationType = "posix";

  @Option(
      names = {"-x", "--dest-base"},
      paramLabel = "DIR",
      description = "Where to (/export/cvmfs).")
  private Path destinationBase = Path.of("/export/cvmfs");

  @Option(
      names = {"-y", "--dest-cache"},
      paramLabel = "DIR",
      description =
          "The store, on the same file system (where the last run had it, or .data in there).")
  private Optional<Path> destinationCache = Optional.empty();

  @Option(
      names = {"-z", "--dest-config"},
      paramLabel = "FILE",
      description = "Of no use.")
  private Optional<String> destinationConfig = Optional.empty();

  @Option(
      names = {"-t", "--spec-file"},
      paramLabel = "FILE",
      description = "Specification (FQRN.spec).")
  private Optional<Path> specification = Optional.empty();

  @Option(
      names = {"-p", "--stat-period"},
      paramLabel = "SECONDS",
      description = "How often statistics are printed; 0 for once, at the end (10).")
  private int statisticsPeriod = 10;

  Optional<String> repository() {
    return repository;
  }

  String sourceType() {
    return sourceType;
  }

  Path sourceBase() {
    return sourceBase;
  }

  Optional<String> sourceCache() {
    return sourceCache;
  }

  List<String> sourceConfigs() {
    return sourceConfigs;
  }

  String destinationType() {
    return destinationType;
  }

  Path destinationBase() {
    return destinationBase;
  }

  Optional<Path> destinationCache() {
    return destinationCache;
  }

  Optional<String> destinationConfig() {
    return destinationConfig;
  }

  Optional<Path> specification() {
    return specification;
  }

  int statisticsPeriod() {
    return statisticsPeriod;
  }
}
