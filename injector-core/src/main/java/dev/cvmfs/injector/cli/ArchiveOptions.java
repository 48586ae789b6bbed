package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.archive.ArchivePaths;
import dev.cvmfs.injector.archive.Compression;
import dev.cvmfs.injector.archive.Layout;
import dev.cvmfs.injector.archive.SquashfsFormat;
import dev.cvmfs.injector.archive.SquashfsTool;
import dev.cvmfs.injector.archive.TarFormat;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
          "Of an archive: which directory it stands for: /, /cvmfs or /cvmfs/FQRN (tar: /; squashfs:"
              + " /cvmfs).")
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

  @Option(
      names = "--split-by",
      paramLabel = "PATH/*",
      description =
          "Of an archive: a file of its own for each directory below PATH, FILE-NAME beside FILE, which"
              + " gets the rest. Only those in which something has changed are written anew.")
  private Optional<String> splitBy = Optional.empty();

  @Option(
      names = "--squashfs-tool",
      paramLabel = "TOOL",
      description = "What makes squashfs of a tar archive: tar2sqfs or sqfstar, or a path of one.")
  private Optional<String> squashfsTool = Optional.empty();

  @Option(
      names = "--squashfs-options",
      paramLabel = "WORDS",
      description = "Further words for its command line, such as [\"--compressor\", \"zstd\"].")
  private Optional<String> squashfsOptions = Optional.empty();

  /** Whether any of them was given. */
  boolean isAny() {
    return layout.isPresent()
        || isAnyOfSquashfs()
        || root.isPresent()
        || prefix.isPresent()
        || compression.isPresent()
        || splitBy.isPresent();
  }

  /**
   * The directory whose sub-directories get files of their own.
   *
   * @param file where the archive goes; empty for standard output
   */
  Optional<TreePath> splitBy(Optional<Path> file) {
    if (splitBy.isEmpty()) {
      return Optional.empty();
    }
    String pattern = splitBy.get();
    if (!pattern.startsWith("/") || !pattern.endsWith("/*")) {
      throw new ConfFailure(
          "--split-by '%s': it is a directory of the repository and a star, such as '/sw/*'"
              .formatted(pattern));
    }
    if (file.isEmpty() || layout.equals(Optional.of(Layout.SHRINKWRAP))) {
      throw new ConfFailure("--split-by needs files, and the flat layout");
    }
    String directory = pattern.substring(0, pattern.length() - 2);
    try {
      return Optional.of(directory.isEmpty() ? TreePath.ROOT : TreePath.of(directory));
    } catch (IllegalArgumentException e) {
      throw new ConfFailure("--split-by '%s': %s".formatted(pattern, e.getMessage()), e);
    }
  }

  /** The format of a tar archive. */
  TarFormat tar(Optional<Path> file) {
    if (isAnyOfSquashfs()) {
      throw new ConfFailure("--squashfs-tool and --squashfs-options are for squashfs");
    }
    return new TarFormat(
        compression.orElseGet(() -> file.map(ArchiveOptions::ofName).orElse(Compression.NONE)),
        layout.orElse(Layout.FLAT),
        paths("/"));
  }

  /** The format of a squashfs file system. */
  SquashfsFormat squashfs(Map<String, String> environment) throws IOException {
    if (layout.equals(Optional.of(Layout.SHRINKWRAP)) || compression.isPresent()) {
      throw new ConfFailure(
          "squashfs has the flat layout, and its compression is the tool's: --squashfs-options");
    }
    return new SquashfsFormat(
        SquashfsTool.find(squashfsTool, environment),
        squashfsOptions.map(words -> Words.of("--squashfs-options", words)).orElse(List.of()),
        paths("/cvmfs"));
  }

  private boolean isAnyOfSquashfs() {
    return squashfsTool.isPresent() || squashfsOptions.isPresent();
  }

  private ArchivePaths paths(String usualRoot) {
    return new ArchivePaths(
        root.orElse(usualRoot), prefix.map(ArchiveOptions::stripped).orElse(""));
  }

  private static Compression ofName(Path file) {
    return Compression.ofName(Objects.requireNonNullElse(file.getFileName(), file).toString());
  }

  /** People write {@code /opt/} too. */
  private static String stripped(String directory) {
    return directory.replaceAll("^/+|/+$", "");
  }
}
