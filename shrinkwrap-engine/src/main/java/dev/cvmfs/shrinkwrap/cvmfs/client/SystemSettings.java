package dev.cvmfs.shrinkwrap.cvmfs.client;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.conf.MachineConf;
import dev.cvmfs.conf.Setting;
import dev.cvmfs.conf.SystemConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathResolver;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The settings of a repository on a machine that is configured for CVMFS: {@code
 * CVMFS_SHRINKWRAP_SYSTEM_CONFIG} is {@code yes} for those of {@code /etc/cvmfs}, or names another
 * folder of the same shape; what else is given wins over what is there.
 *
 * <p>The configuration repository is copied into a temporary folder for as long as the client is
 * open: a copy that was kept could not be checked against hashes any more, and it has the keys that
 * all else depends on.
 */
final class SystemSettings {
  static final String KEY = "CVMFS_SHRINKWRAP_SYSTEM_CONFIG";

  private static final Logger log = LoggerFactory.getLogger(SystemSettings.class);
  private static final TreePath CONFIGURATIONS = TreePath.of("/etc/cvmfs");
  private static final long LARGEST_FILE = 1 << 20;
  private static final long MOST_BYTES = 64 << 20;

  private final CvmfsClient client;
  private final Scratch scratch;

  SystemSettings(CvmfsClient client, Scratch scratch) {
    this.client = client;
    this.scratch = scratch;
  }

  CvmfsConf complete(Conf given, String fqrn) {
    Optional<Path> folder = folder(given);
    if (folder.isEmpty()) {
      return CvmfsConf.of(given, fqrn);
    }
    if (!SystemConf.isPresent(folder.get())) {
      throw new ConfFailure(
          "%s says that this machine is configured for CVMFS, but %s has no default.conf"
              .formatted(given.setting(KEY).map(Setting::where).orElse(KEY), folder.get()));
    }
    MachineConf machine =
        SystemConf.read(folder.get(), fqrn, (name, conf) -> fetch(name, conf, given));
    return CvmfsConf.of(machine.with(given), fqrn);
  }

  private static Optional<Path> folder(Conf given) {
    Optional<Setting> setting = given.nonEmpty(KEY);
    if (setting.isPresent() && setting.get().value().indexOf('/') >= 0) {
      return setting.map(Setting::path);
    }
    return given.flag(KEY, false) ? Optional.of(SystemConf.FOLDER) : Optional.empty();
  }

  /**
   * How to reach the network and whom not to trust is the same for all repositories, so this part
   * of what is given counts.
   */
  private Path fetch(String fqrn, MachineConf system, Conf given) {
    List<Setting> common =
        Stream.of("CVMFS_HTTP_PROXY", "CVMFS_FALLBACK_PROXY", "CVMFS_BLACKLIST")
            .flatMap(key -> given.setting(key).stream())
            .toList();
    MachineConf conf = system.with(Conf.of(common, List.of()));
    try (Snapshot snapshot = client.open(CvmfsConf.of(conf, fqrn))) {
      Path folder = scratch.newDirectory("config");
      copy(snapshot, folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Snapshot snapshot, Path folder) throws IOException {
    PathResolver resolver = new PathResolver(snapshot);
    long bytes = 0;
    try (EntryCursor entries = PathLookup.list(snapshot, CONFIGURATIONS, true)) {
      while (entries.hasNext()) {
        Entry entry = entries.next();
        Optional<Entry.RegularFile> file = file(entry, resolver);
        if (file.isPresent()) {
          bytes += file.get().size();
          if (file.get().size() > LARGEST_FILE || bytes > MOST_BYTES) {
            throw new CvmfsFailure.Data(
                "%s of %s is too large for a configuration"
                    .formatted(entry.path(), snapshot.fqrn()));
          }
          copy(snapshot, file.get(), target(folder, entry.path()));
        }
      }
    }
  }

  /** The file behind a link too; a link that leads to no file is none of the configurations. */
  private static Optional<Entry.RegularFile> file(Entry entry, PathResolver resolver) {
    if (entry instanceof Entry.Symlink) {
      try {
        Entry target = resolver.resolve(ByteString.of(entry.path().bytes()), true);
        return target instanceof Entry.RegularFile file ? Optional.of(file) : Optional.empty();
      } catch (CvmfsFailure.Data e) {
        log.info("a link in the configuration repository leads nowhere: {}", e.getMessage());
        return Optional.empty();
      }
    }
    return entry instanceof Entry.RegularFile file ? Optional.of(file) : Optional.empty();
  }

  private static Path target(Path folder, TreePath path) {
    try {
      return folder.resolve(
          new String(path.bytes(), 1, path.bytes().length - 1, StandardCharsets.UTF_8));
    } catch (InvalidPathException e) {
      throw new CvmfsFailure.Data(
          "no local file can be named like %s of the configuration repository".formatted(path), e);
    }
  }

  private static void copy(Snapshot snapshot, Entry.RegularFile file, Path target)
      throws IOException {
    Files.createDirectories(target.resolveSibling("."));
    try (InputStream content = FileContent.open(snapshot.objects(), file)) {
      Files.copy(content, target);
    }
  }
}
