package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.posix.ExportCounters;
import dev.cvmfs.shrinkwrap.posix.ExportReport;
import java.util.Map;

/**
 * The result of an export, for people, and for programs as one line of JSON:
 *
 * <pre>
 * {"fqrn": "…", "rootHash": "…", "revision": 1, "result": "exported|unchanged", "changes": 0,
 *  "skipped": false, "takenOver": false, "garbageFiles": 0, "garbageBytes": 0,
 *  "statistics": {"cntFile": 0, …}, "notes": ["…"], "exitCode": 0}
 *
 * {"fqrn": "…", "error": "…", "exitCode": 6}
 * </pre>
 */
final class ExportText {
  private static final Map<String, String> MEANINGS =
      Map.of(
          "cntFile", "Number of regular files in the source",
          "cntDir", "Number of directories in the source",
          "cntSymlink", "Number of symbolic links in the source",
          "cntByte", "Bytes of regular files in the source",
          "entriesSrc", "Number of entries looked at in the source",
          "entriesDest", "Number of entries looked at in the destination",
          "dataFiles", "Number of data files written",
          "dataBytes", "Bytes of data written",
          "dataFilesDeduped", "Number of files linked to data that was there",
          "dataBytesDeduped", "Bytes of files linked to data that was there");

  private ExportText() {}

  static String line(ExportReport report, ExportCounters statistics) {
    String revision = "%s, revision %d".formatted(report.fqrn(), report.revision());
    String text =
        report.changes() == 0
            ? revision + ": up to date"
            : "%s: %,d changes, %,d objects with %,d bytes written"
                .formatted(
                    revision, report.changes(), statistics.dataFiles(), statistics.dataBytes());
    if (report.takenOver()) {
      text += "; all that was there has been compared with the catalog";
    }
    if (report.garbageFiles() > 0) {
      text +=
          "; %,d unused objects with %,d bytes removed"
              .formatted(report.garbageFiles(), report.garbageBytes());
    }
    return text;
  }

  static String json(ExportReport report, ExportCounters statistics) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("fqrn", report.fqrn());
    json.put("rootHash", report.rootHash().map(ContentHash::toString).orElse(""));
    json.put("revision", report.revision());
    json.put("result", report.changes() == 0 ? "unchanged" : "exported");
    json.put("changes", report.changes());
    json.put("skipped", report.skipped());
    json.put("takenOver", report.takenOver());
    json.put("garbageFiles", report.garbageFiles());
    json.put("garbageBytes", report.garbageBytes());
    ObjectNode counters = json.putObject("statistics");
    statistics.byName().forEach(counters::put);
    report.notes().forEach(json.putArray("notes")::add);
    json.put("exitCode", ExitCode.OK.number());
    return json.toString();
  }

  /** The statistics as the original prints them. */
  static String block(ExportCounters statistics) {
    StringBuilder block = new StringBuilder("Name|Value|Description\n");
    statistics
        .byName()
        .forEach(
            (name, value) ->
                block
                    .append(name)
                    .append('|')
                    .append(value)
                    .append('|')
                    .append(MEANINGS.get(name))
                    .append('\n'));
    return block.toString();
  }
}
