package dev.cvmfs.conf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Reads configuration files, together with the files they name in {@code CVMFS_CONFIG}: these come
 * first, in their order, then the file's own settings, which win.
 */
public final class ConfReader {
  private static final int LARGEST_FILE = 1 << 20;
  private static final String INCLUDE = "CVMFS_CONFIG";

  private ConfReader() {}

  /**
   * Reads a file.
   *
   * @throws ConfFailure if it, or a file it names, cannot be read or is not a configuration
   */
  public static Conf read(Path file) {
    return withIncluded(parse(bytes(file, "configuration " + file), file.toString()));
  }

  static Conf parse(byte[] bytes, String origin) {
    Conf conf = ConfParser.parse(bytes, origin);
    return conf.with(Conf.of(List.of(), KnownKeys.warnings(conf)));
  }

  private static Conf withIncluded(Conf own) {
    Optional<Setting> include = own.nonEmpty(INCLUDE);
    return include.isEmpty() ? own : included(include.get()).with(own);
  }

  private static Conf included(Setting include) {
    Conf included = Conf.empty();
    for (String part : include.value().split(":", -1)) {
      if (!part.isBlank()) {
        Path file = include.path(part.strip());
        String what = "%s: %s names %s, which".formatted(include.where(), INCLUDE, file);
        included = included.with(parse(bytes(file, what), file.toString()));
      }
    }
    List<String> warnings = included.setting(INCLUDE).stream().map(ConfReader::ignored).toList();
    return included.with(Conf.of(List.of(), warnings));
  }

  private static String ignored(Setting nested) {
    return "%s: %s counts only in the file given to the program; ignored"
        .formatted(nested.where(), INCLUDE);
  }

  /**
   * A whole file.
   *
   * @param what it is, for messages
   */
  static byte[] bytes(Path file, String what) {
    if (Files.isDirectory(file)) {
      throw new ConfFailure(what + " is a directory");
    }
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(LARGEST_FILE + 1);
      if (bytes.length > LARGEST_FILE) {
        throw new ConfFailure(what + " is larger than 1 MiB, which no configuration is");
      }
      return bytes;
    } catch (NoSuchFileException e) {
      throw new ConfFailure(what + " does not exist", e);
    } catch (AccessDeniedException e) {
      throw new ConfFailure(what + " may not be read by you", e);
    } catch (IOException e) {
      throw new ConfFailure(what + " cannot be read: " + e.getMessage(), e);
    }
  }
}
