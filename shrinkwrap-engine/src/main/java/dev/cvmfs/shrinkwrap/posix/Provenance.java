package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What {@code .provenance/<fqrn>/} says of how an export came to be, beyond the original's files:
 * {@code export.info} with lines {@code key : value}, {@code src.spec} with the specification, and
 * {@code catalogs} with the nested catalogs, a line {@code <hash> <path>} for each.
 *
 * @param rootHash empty if the source was no CVMFS repository
 * @param store where the files are links into, if that is not {@code .data} beside the tree
 * @param shape everything else that decides what the tree looks like: settings, and what could be
 *     had on this file system
 * @param catalogs nested catalogs by their mountpoints
 * @param proven whether what the tree is linked to was proven, by names of the present format
 */
record Provenance(
    Optional<ContentHash> rootHash,
    long revision,
    Optional<Path> store,
    ByteString specification,
    SortedMap<String, String> shape,
    SortedMap<TreePath, ContentHash> catalogs,
    boolean proven) {
  private static final String INFO = "export.info";
  private static final String SPECIFICATION = "src.spec";
  private static final String CATALOGS = "catalogs";
  private static final String SEPARATOR = " : ";
  private static final String FORMAT = "format";
  private static final String ROOT = "root";
  private static final String REVISION = "revision";
  private static final String STORE = "store";
  private static final String TOOL = "tool";
  private static final String PROVEN = "proven";
  private static final String VERSION = "1";

  /**
   * Reads what an earlier run has left; empty if there was none, or if what it left cannot be
   * understood, which is as good as none.
   */
  static Optional<Provenance> read(Path folder) throws IOException {
    try {
      Map<String, String> info = new LinkedHashMap<>();
      for (String line : Files.readAllLines(folder.resolve(INFO))) {
        int separator = line.indexOf(SEPARATOR);
        if (separator > 0) {
          info.put(line.substring(0, separator), line.substring(separator + SEPARATOR.length()));
        }
      }
      if (!VERSION.equals(info.remove(FORMAT))) {
        return Optional.empty();
      }
      Optional<ContentHash> root = Optional.ofNullable(info.remove(ROOT)).map(ContentHash::parse);
      long revision = Long.parseLong(Optional.ofNullable(info.remove(REVISION)).orElse("0"));
      Optional<Path> store = Optional.ofNullable(info.remove(STORE)).map(Path::of);
      boolean proven = StoreFormat.VERSION.equals(info.remove(PROVEN));
      info.remove(TOOL);
      return Optional.of(
          new Provenance(
              root,
              revision,
              store,
              ByteString.of(Files.readAllBytes(folder.resolve(SPECIFICATION))),
              new TreeMap<>(info),
              readCatalogs(folder.resolve(CATALOGS)),
              proven));
    } catch (NoSuchFileException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static SortedMap<TreePath, ContentHash> readCatalogs(Path file) throws IOException {
    SortedMap<TreePath, ContentHash> catalogs = new TreeMap<>();
    for (String line : Files.readAllLines(file)) {
      int blank = line.indexOf(' ');
      if (blank < 0) {
        throw new IllegalArgumentException("not a catalog: " + line);
      }
      catalogs.put(
          TreePath.of(unescape(line.substring(blank + 1))),
          ContentHash.parse(line.substring(0, blank)));
    }
    return catalogs;
  }

  /**
   * Writes all of it, {@code export.info} last.
   *
   * @param tool name and version of the program
   */
  void write(Path folder, String tool) throws IOException {
    AtomicFile.write(folder.resolve(SPECIFICATION), specification.bytes());
    StringBuilder lines = new StringBuilder();
    catalogs.forEach(
        (path, hash) -> lines.append(hash).append(' ').append(escape(path.bytes())).append('\n'));
    AtomicFile.write(
        folder.resolve(CATALOGS), lines.toString().getBytes(StandardCharsets.US_ASCII));
    StringBuilder info = new StringBuilder();
    add(info, FORMAT, VERSION);
    rootHash.ifPresent(hash -> add(info, ROOT, hash.toString()));
    add(info, REVISION, Long.toString(revision));
    store.ifPresent(path -> add(info, STORE, path.toString()));
    if (proven) {
      add(info, PROVEN, StoreFormat.VERSION);
    }
    add(info, TOOL, tool);
    shape.forEach((key, value) -> add(info, key, value));
    AtomicFile.write(folder.resolve(INFO), info.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void add(StringBuilder info, String key, String value) {
    info.append(key).append(SEPARATOR).append(value.replace('\n', ' ')).append('\n');
  }

  /** Printable ASCII but {@code %} as it is, everything else as {@code %XX}. */
  private static String escape(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      if (b > ' ' && b < 0x7f && b != '%') {
        text.append((char) b);
      } else {
        text.append("%%%02x".formatted(b));
      }
    }
    return text.toString();
  }

  private static byte[] unescape(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(Integer.parseInt(text, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(text.charAt(i));
      }
    }
    return bytes.toByteArray();
  }
}
