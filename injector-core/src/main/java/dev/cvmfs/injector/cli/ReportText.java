package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.inject.Report.Changes;
import dev.cvmfs.injector.inject.Report.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The last line of the story: what has changed. */
final class ReportText {
  private static final int DIGEST_DIGITS = 12;

  private ReportText() {}

  static String line(Report report) {
    List<String> facts = new ArrayList<>(List.of(content(report)));
    if (!report.platforms().isEmpty()) {
      facts.add("for " + platforms(report));
    }
    addBytes(facts, report.garbage().bytes(), "of garbage kept");
    if (report.unproven()) {
      facts.add("as the layer's headers and index say (to prove it: verify)");
    }
    Transfer transfer = report.transfer();
    addBytes(facts, transfer.bytesFetched(), "fetched");
    addBytes(facts, transfer.bytesCopied(), "taken from the old layer");
    addBytes(facts, transfer.bytesUploaded(), "uploaded");
    if (transfer.bytesUploaded() == 0 && !report.dryRun()) {
      facts.add("nothing uploaded");
    }
    return "%s %s: %s in %s%s%s"
        .formatted(
            report.image(),
            verb(report),
            String.join(", ", facts),
            Amounts.seconds(report.seconds()),
            digests(report),
            report.dryRun() ? " (dry run: nothing was written)" : "");
  }

  private static String verb(Report report) {
    boolean dryRun = report.dryRun();
    return switch (report.result()) {
      case INJECTED -> dryRun ? "would be injected" : "injected";
      case REFRESHED -> dryRun ? "would be refreshed" : "refreshed";
      case PREPARED -> dryRun ? "would be prepared" : "prepared";
      case UNCHANGED -> "is up to date";
    };
  }

  private static String content(Report report) {
    Changes changes = report.changes();
    return switch (report.result()) {
      case INJECTED, REFRESHED ->
          "+%s ~%s -%s entries (%s kept)"
              .formatted(
                  Amounts.count(changes.added()),
                  Amounts.count(changes.changed()),
                  Amounts.count(changes.removed()),
                  Amounts.count(changes.kept()));
      case PREPARED -> "an empty CVMFS layer";
      case UNCHANGED -> Amounts.count(changes.kept()) + " entries";
    };
  }

  private static String platforms(Report report) {
    return report.platforms().stream()
        .map(Report.PlatformImage::platform)
        .collect(Collectors.joining(" and "));
  }

  private static void addBytes(List<String> facts, long bytes, String what) {
    if (bytes > 0) {
      facts.add(Amounts.bytes(bytes) + " " + what);
    }
  }

  private static String digests(Report report) {
    List<String> digests = new ArrayList<>();
    report.oldDigest().map(ReportText::shortened).ifPresent(digests::add);
    report
        .newDigest()
        .filter(digest -> !report.oldDigest().equals(report.newDigest()))
        .map(ReportText::shortened)
        .ifPresent(digests::add);
    return digests.isEmpty() ? "" : "; " + String.join(" → ", digests);
  }

  private static String shortened(String digest) {
    int end = digest.indexOf(':') + 1 + DIGEST_DIGITS;
    return digest.length() > end ? digest.substring(0, end) + "…" : digest;
  }
}
