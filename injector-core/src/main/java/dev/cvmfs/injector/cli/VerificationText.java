package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.inject.Verification;
import dev.cvmfs.injector.layer.LayerFinding;
import java.util.ArrayList;
import java.util.List;

/** The result of {@code verify} for people, and for programs. */
final class VerificationText {
  private static final int WIDEST = 60;

  private VerificationText() {}

  static List<String> lines(Verification verification) {
    List<String> lines = new ArrayList<>();
    lines.add("%s: the CVMFS layer is %s".formatted(verification.image(), verdict(verification)));
    lines.add("  manifest   " + verification.manifest());
    lines.add(
        "  layer      %s, %s"
            .formatted(verification.layer().digest(), Amounts.bytes(verification.layer().size())));
    lines.add("  diff_id    " + verification.layer().diffId());
    for (Report.Repository repository : verification.repositories()) {
      lines.add(
          "  repository %s, revision %d, root catalog %s, %s"
              .formatted(
                  repository.fqrn(),
                  repository.revision(),
                  repository.rootHash(),
                  repository.verified() ? "signed" : "signature NOT checked"));
    }
    verification.notes().forEach(note -> lines.add("  note       " + note));
    if (verification.isProven()) {
      Verification.Amounts amounts = verification.amounts();
      lines.add(
          "  proven     %s as in the catalogs; %s of content in %s, each by the hash that names it; every byte around them"
              .formatted(
                  Amounts.count(amounts.entries(), "entry", "entries"),
                  Amounts.bytes(amounts.contentBytes()),
                  Amounts.count(amounts.objects(), "object", "objects")));
    } else {
      lines.add("");
      table(verification.findings(), lines);
    }
    return lines;
  }

  private static String verdict(Verification verification) {
    if (!verification.isProven()) {
      return "NOT proven";
    }
    return verification.garbage().objects() == 0
        ? "proven"
        : "proven but for %s of garbage in %s, which no catalog names"
            .formatted(
                Amounts.bytes(verification.garbage().bytes()),
                Amounts.count(verification.garbage().objects(), "object", "objects"));
  }

  private static void table(List<LayerFinding> findings, List<String> lines) {
    int width = findings.stream().mapToInt(finding -> finding.where().length()).max().orElse(0);
    int column = Math.min(width, WIDEST);
    for (LayerFinding finding : findings) {
      lines.add(("  %-" + column + "s  %s").formatted(finding.where(), finding.what()));
    }
  }

  static String json(Verification verification, ExitCode code) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("image", verification.image());
    json.put("proven", verification.isProven());
    json.put("manifest", verification.manifest());
    json.putObject("layer")
        .put("digest", verification.layer().digest())
        .put("diffId", verification.layer().diffId())
        .put("size", verification.layer().size());
    ArrayNode repositories = json.putArray("repositories");
    for (Report.Repository repository : verification.repositories()) {
      repositories
          .addObject()
          .put("fqrn", repository.fqrn())
          .put("rootHash", repository.rootHash())
          .put("revision", repository.revision())
          .put("verified", repository.verified())
          .put("specification", repository.specification());
    }
    json.put("entries", verification.amounts().entries());
    json.put("objects", verification.amounts().objects());
    json.put("contentBytes", verification.amounts().contentBytes());
    json.putObject("garbage")
        .put("objects", verification.garbage().objects())
        .put("bytes", verification.garbage().bytes());
    ArrayNode notes = json.putArray("notes");
    verification.notes().forEach(notes::add);
    ArrayNode findings = json.putArray("findings");
    for (LayerFinding finding : verification.findings()) {
      findings.addObject().put("where", finding.where()).put("what", finding.what());
    }
    json.put("exitCode", code.number());
    return json.toString();
  }
}
