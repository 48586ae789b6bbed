package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.Report;
import java.util.List;
import java.util.Optional;

/** Reports to print. */
final class Reports {
  static final String OLD = "sha256:" + "0123456789ab".repeat(5) + "0123";
  static final String NEW = "sha256:" + "ba9876543210".repeat(5) + "ba98";

  private Reports() {}

  static Report refreshed(String image) {
    return new Report(
        image,
        Report.Result.REFRESHED,
        Optional.of(OLD),
        Optional.of(NEW),
        List.of(new Report.Layer("sha256:aa", "sha256:bb", 3_400_000)),
        List.of(new Report.Repository("sft.example.org", "cc", 42, true, OLD)),
        new Report.Changes(12, 3, 1, 4001),
        Report.Garbage.NONE,
        false,
        new Report.Transfer(1_200_000, 0, 3_400_000, 17),
        List.of(),
        Report.Publication.NONE,
        1.94321,
        false);
  }

  static Report unchanged(String image) {
    return new Report(
        image,
        Report.Result.UNCHANGED,
        Optional.of(OLD),
        Optional.empty(),
        List.of(),
        List.of(),
        new Report.Changes(0, 0, 0, 4013),
        Report.Garbage.NONE,
        false,
        new Report.Transfer(0, 0, 0, 4),
        List.of(),
        Report.Publication.NONE,
        0.41,
        false);
  }

  static Report dryRun(String image) {
    return new Report(
        image,
        Report.Result.INJECTED,
        Optional.of(OLD),
        Optional.empty(),
        List.of(),
        List.of(),
        new Report.Changes(4013, 0, 0, 0),
        Report.Garbage.NONE,
        false,
        new Report.Transfer(0, 0, 0, 4),
        List.of(),
        Report.Publication.NONE,
        0.41,
        true);
  }

  static Report prepared(String image) {
    return new Report(
        image,
        Report.Result.PREPARED,
        Optional.empty(),
        Optional.of(NEW),
        List.of(),
        List.of(),
        new Report.Changes(0, 0, 0, 0),
        Report.Garbage.NONE,
        false,
        new Report.Transfer(0, 5_000, 2_000, 4),
        List.of(),
        Report.Publication.NONE,
        61,
        false);
  }
}
