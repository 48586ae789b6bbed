package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.archive.ArchiveReport;
import dev.cvmfs.injector.inject.Amounts;
import java.util.Locale;

/**
 * The result of an export to a single file, for people, and for programs as one line of JSON:
 *
 * <pre>
 * {"target": "…", "result": "written|unchanged", "digest": "sha256:…", "size": 1,
 *  "entries": 1, "objects": 1, "contentBytes": 1,
 *  "repositories": [{"fqrn": "…", "rootHash": "…", "revision": 1, "verified": true}],
 *  "transfer": {"bytesFetched": 0, "requests": 0}, "seconds": 1.234, "exitCode": 0}
 *
 * {"target": "…", "error": "…", "exitCode": 6}
 * </pre>
 */
final class ArchiveText {
  private ArchiveText() {}

  static String line(ArchiveReport report) {
    return switch (report.result()) {
      case UNCHANGED -> report.target() + ": up to date, and not touched";
      case WRITTEN ->
          "%s: %s with %s, %s fetched, in %s; %s:%s…"
              .formatted(
                  report.target(),
                  Amounts.bytes(report.written().size()),
                  Amounts.count(report.amounts().entries(), "entry", "entries"),
                  Amounts.bytes(report.bytesFetched()),
                  Amounts.seconds(report.seconds()),
                  report.written().digest().algorithm(),
                  report.written().digest().shortHex());
    };
  }

  static String json(ArchiveReport report) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("target", report.target());
    json.put("result", report.result().name().toLowerCase(Locale.ROOT));
    json.put("digest", report.written().digest().toString());
    json.put("size", report.written().size());
    json.put("entries", report.amounts().entries());
    json.put("objects", report.amounts().objects());
    json.put("contentBytes", report.amounts().contentBytes());
    ArrayNode repositories = json.putArray("repositories");
    report
        .repositories()
        .forEach(
            repository ->
                repositories
                    .addObject()
                    .put("fqrn", repository.fqrn())
                    .put("rootHash", repository.rootHash())
                    .put("revision", repository.revision())
                    .put("verified", repository.verified()));
    json.putObject("transfer")
        .put("bytesFetched", report.bytesFetched())
        .put("requests", report.requests());
    json.put("seconds", Math.round(report.seconds() * 1000) / 1000.0);
    json.put("exitCode", ExitCode.OK.number());
    return json.toString();
  }

  static String json(String target, String error, ExitCode code) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("target", target)
        .put("error", error)
        .put("exitCode", code.number())
        .toString();
  }
}
