package dev.cvmfs.shrinkwrap.trace;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Trace logs of the CVMFS client (tracer.cc): four fields in double quotes, those inside doubled,
 * CR LF at the end: time, code of the call, path inside the repository, name of the call. Negative
 * codes are the tracer's own. A path may hold a line's end; a log may be cut off anywhere, and go
 * on with the next start of the client.
 */
final class CvmfsTrace {
  private static final int OPEN = 1;
  private static final int OPENDIR = 2;
  private static final String NOT_FOUND = "-NOTFOUND";
  private static final String UNKNOWN = "@UNKNOWN";
  private static final Set<String> NOBODY_MEANT = Set.of("/.Trash", "/.Trash-1000");

  private final Set<String> filtered;
  private final TraceSink sink;

  /**
   * @param filtered names of calls to leave out, such as {@code lookup}
   */
  CvmfsTrace(Set<String> filtered, TraceSink sink) {
    this.filtered = filtered;
    this.sink = sink;
  }

  void read(Records lines) throws IOException {
    byte[] pending = new byte[0];
    for (Optional<byte[]> line = lines.next(); line.isPresent(); line = lines.next()) {
      if (pending.length > 0 && beginsRecord(line.get())) {
        sink.skipped(Skipped.MALFORMED);
        pending = new byte[0];
      }
      byte[] record = pending.length > 0 ? joined(pending, line.get()) : line.get();
      Optional<List<byte[]>> fields = fields(record);
      pending = new byte[0];
      if (fields.isPresent() && fields.get().size() == 4) {
        take(fields.get());
      } else if (beginsRecord(record) && fields.isEmpty() && record.length < Records.LONGEST) {
        pending = record;
      } else if (record.length > 0) {
        sink.skipped(Skipped.MALFORMED);
      }
    }
    if (pending.length > 0) {
      sink.skipped(Skipped.MALFORMED);
    }
  }

  private static boolean beginsRecord(byte[] line) {
    return line.length > 1 && line[0] == '"' && line[1] >= '0' && line[1] <= '9';
  }

  private static byte[] joined(byte[] first, byte[] second) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream(first.length + second.length + 1);
    joined.writeBytes(first);
    joined.write('\n');
    joined.writeBytes(second);
    return joined.toByteArray();
  }

  /** The fields; an empty list if something else is there, nothing if a quote is left open. */
  private static Optional<List<byte[]>> fields(byte[] record) {
    int end =
        record.length > 0 && record[record.length - 1] == '\r' ? record.length - 1 : record.length;
    List<byte[]> fields = new ArrayList<>(4);
    int at = 0;
    while (at < end) {
      if (record[at] != '"') {
        return Optional.of(List.of());
      }
      ByteArrayOutputStream field = new ByteArrayOutputStream();
      at++;
      while (at < end && (record[at] != '"' || (at + 1 < end && record[at + 1] == '"'))) {
        at += record[at] == '"' ? 1 : 0;
        field.write(record[at]);
        at++;
      }
      if (at == end) {
        return Optional.empty();
      }
      fields.add(field.toByteArray());
      at++;
      if (at < end && record[at] == ',') {
        at++;
      }
    }
    return Optional.of(fields);
  }

  private void take(List<byte[]> fields) {
    int code;
    try {
      code = Integer.parseInt(text(fields.get(1)));
    } catch (NumberFormatException e) {
      sink.skipped(Skipped.MALFORMED);
      return;
    }
    String path = text(fields.get(2));
    String call = text(fields.get(3));
    boolean missing = call.endsWith(NOT_FOUND);
    String name = call.replace(NOT_FOUND, "").replace("()", "");
    if (code < 0) {
      return;
    }
    if (path.startsWith(UNKNOWN)) {
      sink.skipped(Skipped.UNKNOWN_INODE);
    } else if (missing) {
      sink.skipped(Skipped.NOT_FOUND);
    } else if (filtered.contains(name) || NOBODY_MEANT.contains(path)) {
      sink.skipped(Skipped.FILTERED);
    } else {
      sink.used(fields.get(2), true, use(code));
    }
  }

  private static Use use(int code) {
    return switch (code) {
      case OPEN -> Use.OPENED;
      case OPENDIR -> Use.LISTED;
      default -> Use.LOOKED_AT;
    };
  }

  private static String text(byte[] field) {
    return new String(field, StandardCharsets.ISO_8859_1);
  }
}
