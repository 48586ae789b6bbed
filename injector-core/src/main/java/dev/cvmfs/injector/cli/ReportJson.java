package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.inject.Attached;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.layer.LayerPlan;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The result of one image as one line of JSON, names in camelCase:
 *
 * <pre>
 * {"image": "…", "result": "injected|refreshed|unchanged|prepared", "dryRun": false,
 *  "oldDigest": "sha256:…" or null, "newDigest": "sha256:…" or null,
 *  "layers": [{"digest": "…", "diffId": "…", "size": 1}],
 *  "repositories": [{"fqrn": "…", "rootHash": "…", "revision": 1, "verified": true,
 *    "specification": "sha256:…"}],
 *  "changes": {"added": 0, "changed": 0, "removed": 0, "kept": 0},
 *  "garbage": {"objects": 0, "bytes": 0},
 *  "unproven": true,
 *  "transfer": {"bytesFetched": 0, "bytesCopied": 0, "bytesUploaded": 0, "requests": 0},
 *  "platforms": [{"platform": "linux/arm64", "result": "…", "oldDigest": "…", "newDigest": "…"}],
 *  "plan": {"fetched": {"objects": 1, "bytes": 1}, "cached": …, "reused": …, "dropped": …},
 *  "keptTag": "…",
 *  "attached": [{"kind": "signature", "subject": "sha256:…", "digest": "sha256:…", "found": "…"}],
 *  "provenance": "sha256:…",
 *  "seconds": 1.234, "exitCode": 0}
 *
 * {"image": "…", "error": "…", "exitCode": 3}
 * </pre>
 *
 * <p>{@code unproven} is there only if a layer was left as it is because its headers and its index
 * say the right thing, without a proof; {@code platforms} if the name leads to an index of several
 * images, {@code plan} with {@code --dry-run} where there is something to do, {@code keptTag} if
 * what was replaced is kept under it, {@code attached} if there are signatures or the like of what
 * was there, {@code provenance} if a statement was stored.
 */
final class ReportJson {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private ReportJson() {}

  static String of(Report report) {
    ObjectNode json = JSON.objectNode();
    json.put("image", report.image());
    json.put("result", report.result().name().toLowerCase(Locale.ROOT));
    json.put("dryRun", report.dryRun());
    json.set("oldDigest", textOrNull(report.oldDigest()));
    json.set("newDigest", textOrNull(report.newDigest()));
    ArrayNode layers = json.putArray("layers");
    for (Report.Layer layer : report.layers()) {
      layers
          .addObject()
          .put("digest", layer.digest())
          .put("diffId", layer.diffId())
          .put("size", layer.size());
    }
    ArrayNode repositories = json.putArray("repositories");
    for (Report.Repository repository : report.repositories()) {
      repositories
          .addObject()
          .put("fqrn", repository.fqrn())
          .put("rootHash", repository.rootHash())
          .put("revision", repository.revision())
          .put("verified", repository.verified())
          .put("specification", repository.specification());
    }
    Report.Changes changes = report.changes();
    json.putObject("changes")
        .put("added", changes.added())
        .put("changed", changes.changed())
        .put("removed", changes.removed())
        .put("kept", changes.kept());
    json.putObject("garbage")
        .put("objects", report.garbage().objects())
        .put("bytes", report.garbage().bytes());
    if (report.unproven()) {
      json.put("unproven", true);
    }
    Report.Transfer transfer = report.transfer();
    json.putObject("transfer")
        .put("bytesFetched", transfer.bytesFetched())
        .put("bytesCopied", transfer.bytesCopied())
        .put("bytesUploaded", transfer.bytesUploaded())
        .put("requests", transfer.requests());
    if (!report.platforms().isEmpty()) {
      platforms(report, json.putArray("platforms"));
    }
    report.publication().plan().ifPresent(plan -> json.set("plan", plan(plan)));
    report.publication().keptTag().ifPresent(tag -> json.put("keptTag", tag));
    report
        .publication()
        .provenance()
        .ifPresent(digest -> json.put("provenance", digest.toString()));
    if (!report.publication().attached().isEmpty()) {
      json.set("attached", attached(report.publication().attached()));
    }
    json.put("seconds", Math.round(report.seconds() * 1000) / 1000.0);
    json.put("exitCode", ExitCode.OK.number());
    return json.toString();
  }

  private static void platforms(Report report, ArrayNode platforms) {
    for (Report.PlatformImage image : report.platforms()) {
      platforms
          .addObject()
          .put("platform", image.platform())
          .put("result", image.result().name().toLowerCase(Locale.ROOT))
          .put("oldDigest", image.oldDigest())
          .put("newDigest", image.newDigest());
    }
  }

  private static ObjectNode plan(LayerPlan plan) {
    ObjectNode json = JSON.objectNode();
    json.set("fetched", amount(plan.fetched()));
    json.set("cached", amount(plan.cached()));
    json.set("reused", amount(plan.reused()));
    json.set("dropped", amount(plan.dropped()));
    return json;
  }

  private static ObjectNode amount(LayerPlan.Amount amount) {
    return JSON.objectNode().put("objects", amount.objects()).put("bytes", amount.bytes());
  }

  /** What speaks of images, as {@code oci status} tells it too. */
  static ArrayNode attached(List<Attached> attached) {
    ArrayNode list = JSON.arrayNode();
    for (Attached one : attached) {
      list.addObject()
          .put("kind", one.kind().text())
          .put("subject", one.subject().toString())
          .put("digest", one.digest().toString())
          .put("found", one.found());
    }
    return list;
  }

  private static JsonNode textOrNull(Optional<String> text) {
    return text.<JsonNode>map(JSON::textNode).orElseGet(JSON::nullNode);
  }

  static String ofFailure(String image, String error, ExitCode code) {
    return JSON.objectNode()
        .put("image", image)
        .put("error", error)
        .put("exitCode", code.number())
        .toString();
  }
}
