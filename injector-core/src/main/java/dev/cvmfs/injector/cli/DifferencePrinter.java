package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.diff.Difference;
import dev.cvmfs.injector.diff.DifferenceCount;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * Prints differences, a line each, or their numbers. In JSON:
 *
 * <pre>
 * {"change": "added|removed|changed", "path": "/bin/x", "bytesBefore": 0, "bytesAfter": 1,
 *  "how": ["mode 0644 → 0755"]}
 *
 * {"path": "/bin", "added": 1, "removed": 0, "changed": 0, "bytesAdded": 1, "bytesRemoved": 0}
 * </pre>
 *
 * the latter with {@code --stat} for each top directory, and at last for {@code "total"}. Of an
 * index, each layer's lines come after one with the images that have it:
 *
 * <pre>
 * {"platforms": ["linux/amd64", "linux/arm64"]}
 * </pre>
 */
final class DifferencePrinter {
  private final PrintStream out;
  private final boolean json;
  private final boolean numbersOnly;
  private final DifferenceCount count = new DifferenceCount();

  DifferencePrinter(PrintStream out, boolean json, boolean numbersOnly) {
    this.out = out;
    this.json = json;
    this.numbersOnly = numbersOnly;
  }

  /** What follows is about the layer of these images of an index; nothing is printed for none. */
  void begin(List<String> platforms) {
    if (platforms.isEmpty()) {
      return;
    }
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    platforms.forEach(line.putArray("platforms")::add);
    out.println(json ? line : String.join(", ", platforms) + ":");
  }

  void print(Difference difference) {
    count.add(difference);
    if (!numbersOnly) {
      out.println(json ? json(difference) : line(difference));
    }
  }

  private static String line(Difference difference) {
    return switch (difference.kind()) {
      case ADDED -> "+ %s%s".formatted(difference.path(), size(difference.bytesAfter()));
      case REMOVED -> "- %s%s".formatted(difference.path(), size(difference.bytesBefore()));
      case CHANGED -> "~ %s (%s)".formatted(difference.path(), String.join(", ", difference.how()));
    };
  }

  private static String size(long bytes) {
    return bytes == 0 ? "" : " (" + Amounts.bytes(bytes) + ")";
  }

  private static ObjectNode json(Difference difference) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("change", difference.kind().name().toLowerCase(Locale.ROOT));
    EntryJson.put(json, "path", "", difference.path().bytes());
    json.put("bytesBefore", difference.bytesBefore());
    json.put("bytesAfter", difference.bytesAfter());
    difference.how().forEach(json.putArray("how")::add);
    return json;
  }

  /** All have been printed. */
  void finish() {
    if (numbersOnly) {
      count.tops().forEach(this::printSum);
    }
    if (json) {
      if (numbersOnly) {
        out.println(sum("total", count.total()));
      }
      return;
    }
    out.println(text("in all", count.total()));
  }

  private void printSum(ByteString top, DifferenceCount.Sum sum) {
    out.println(json ? sum(top.toString(), sum) : text(top.toString(), sum));
  }

  private static String text(String what, DifferenceCount.Sum sum) {
    return "%s: +%s ~%s -%s entries, +%s -%s of content"
        .formatted(
            what,
            Amounts.count(sum.added()),
            Amounts.count(sum.changed()),
            Amounts.count(sum.removed()),
            Amounts.bytes(sum.bytesAdded()),
            Amounts.bytes(sum.bytesRemoved()));
  }

  private static ObjectNode sum(String path, DifferenceCount.Sum sum) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("path", path)
        .put("added", sum.added())
        .put("removed", sum.removed())
        .put("changed", sum.changed())
        .put("bytesAdded", sum.bytesAdded())
        .put("bytesRemoved", sum.bytesRemoved());
  }
}
