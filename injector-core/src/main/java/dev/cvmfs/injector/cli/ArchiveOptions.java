package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.archive.ArchivePaths;
import dev.cvmfs.injector.archive.Compression;
import dev.cvmfs.injector.archive.Layout;
import dev.cvmfs.injector.archive.TarFormat;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What can be said of exports to a single file. */
final class ArchiveOptions {
  @Option(
      names = "--layout",
      paramLabel = "flat|shrinkwrap",
      description =
          "Of an archive: what a mount shows and nothing else, or with the store of a layer (flat).")
  private Optional<Layout> layout = Optional.empty();

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Of an archive: which directory it stands for: /, /cvmfs or /cvmfs/FQRN (tar: /).")
  private Optional<String> root = Optional.empty();

  @Option(
      names = "--prefix",
      paramLabel = "DIR",
      description = "Of an archive: a directory to put in front of all names.")
  private Optional<String> prefix = Optional.empty();

  @Option(
      names = "--compression",
      paramLabel = "none|gzip|zstd",
      description = "Of a tar archive (what its name ends with: .gz, .tgz, .zst, .tzst).")
  private Optional<Compression> compression = Optional.empty();

  /** Whether any of them was given. */
  boolean isAny() {
    return layout.isPresent() || root.isPresent() || prefix.isPresent() || compression.isPresent();
  }

  /** The format of a tar archive. */
  TarFormat tar(Optional<Path> file) {
    return new TarFormat(
        compression.orElseGet(() -> file.map(ArchiveOptions::ofName).orElse(Compression.NONE)),
        layout.orElse(Layout.FLAT),
        new ArchivePaths(root.orElse("/"), prefix.map(ArchiveOptions::stripped).orElse("")));
  }

  private static Compression ofName(Path file) {
    return Compression.ofName(Objects.requireNonNullElse(file.getFileName(), file).toString());
  }

  /** People write {@code /opt/} too. */
  private static String stripped(String directory) {
    return directory.replaceAll("^/+|/+$", "");
  }
}
