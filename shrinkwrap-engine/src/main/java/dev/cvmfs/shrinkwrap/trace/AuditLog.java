package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Logs of the Linux audit daemon: an event is a record {@code SYSCALL} with its success, {@code
 * CWD} with the current directory, and {@code PATH} for each path, all with the same serial number.
 * Values are in quotes, or in hexadecimal where they hold odd bytes.
 */
final class AuditLog {
  private static final Pattern RECORD =
      Pattern.compile("(?:node=\\S+ )?type=(\\S+) msg=audit\\([0-9.]+:([0-9]+)\\): ?(.*)");

  /** Numbers of open, openat, openat2 and execve with their architectures. */
  private static final Set<String> OPENING =
      Set.of(
          "c000003e 2",
          "c000003e 257",
          "c000003e 437",
          "c000003e 59",
          "c00000b7 56",
          "c00000b7 437",
          "c00000b7 221");

  /** The same, in logs whose numbers the daemon has explained (log_format=ENRICHED). */
  private static final Set<String> OPENING_NAMES =
      Set.of("open", "openat", "openat2", "execve", "execveat");

  private static final String DIRECTORY = "04";

  private final TraceSink sink;
  private String serial = "";
  private boolean success = true;
  private boolean opening;
  private byte[] directory = new byte[0];

  AuditLog(TraceSink sink) {
    this.sink = sink;
  }

  void read(Records lines) throws IOException {
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      Matcher record = RECORD.matcher(new String(line.get(), StandardCharsets.ISO_8859_1).strip());
      if (record.matches()) {
        take(
            String.valueOf(record.group(1)),
            String.valueOf(record.group(2)),
            " " + record.group(3));
      } else if (line.get().length > 0) {
        sink.skipped(Skipped.MALFORMED);
      }
    }
  }

  private void take(String type, String number, String fields) {
    if (!number.equals(serial)) {
      serial = number;
      success = true;
      opening = false;
      directory = new byte[0];
    }
    switch (type) {
      case "SYSCALL" -> {
        success = !fields.contains(" success=no");
        opening =
            OPENING.contains(word(fields, "arch") + " " + word(fields, "syscall"))
                || OPENING_NAMES.contains(word(fields, "SYSCALL"));
      }
      case "CWD" -> directory = value(fields, "cwd").orElse(new byte[0]);
      case "PATH" -> path(fields);
      default -> {
        // Others say nothing about paths.
      }
    }
  }

  private void path(String fields) {
    String nameType = word(fields, "nametype");
    Optional<byte[]> name = value(fields, "name");
    if (name.isEmpty() || nameType.equals("PARENT") || nameType.equals("DELETE")) {
      return;
    }
    if (!success || nameType.equals("UNKNOWN")) {
      sink.skipped(Skipped.NOT_FOUND);
      return;
    }
    byte[] path = name.get();
    if (path.length == 0 || path[0] != '/') {
      if (directory.length == 0) {
        sink.skipped(Skipped.RELATIVE);
        return;
      }
      path = TreePath.joined(directory, path);
    }
    boolean isDirectory = word(fields, "mode").startsWith(DIRECTORY);
    Use opened = isDirectory ? Use.LISTED : Use.OPENED;
    sink.used(path, false, opening ? opened : Use.LOOKED_AT);
  }

  private static String word(String fields, String key) {
    int start = fields.indexOf(" " + key + "=");
    if (start < 0) {
      return "";
    }
    start += key.length() + 2;
    int end = fields.indexOf(' ', start);
    return fields.substring(start, end < 0 ? fields.length() : end);
  }

  private static Optional<byte[]> value(String fields, String key) {
    int start = fields.indexOf(" " + key + "=\"");
    if (start >= 0) {
      start += key.length() + 3;
      int end = fields.indexOf('"', start);
      return end < 0
          ? Optional.empty()
          : Optional.of(fields.substring(start, end).getBytes(StandardCharsets.ISO_8859_1));
    }
    String word = word(fields, key);
    try {
      return word.isEmpty() || word.equals("(null)")
          ? Optional.empty()
          : Optional.of(HexFormat.of().parseHex(word));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
