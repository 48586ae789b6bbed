package dev.cvmfs.injector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportTextTest {

  @Test
  void refreshed_saysWhatChangedAndWhatItCost() {
    assertThat(ReportText.line(Reports.refreshed("docker.io/root/root-demo:latest")))
        .isEqualTo(
            "docker.io/root/root-demo:latest refreshed: +12 ~3 -1 entries (4,001 kept),"
                + " 1.2 MB fetched, 3.4 MB uploaded in 1.9 s;"
                + " sha256:0123456789ab… → sha256:ba9876543210…");
  }

  @Test
  void unchanged_saysThatNothingWasWritten() {
    assertThat(ReportText.line(Reports.unchanged("host/a:b")))
        .isEqualTo(
            "host/a:b is up to date: 4,013 entries, nothing uploaded in 0.4 s;"
                + " sha256:0123456789ab…");
  }

  @Test
  void dryRun_saysWhatWouldBeDone() {
    assertThat(ReportText.line(Reports.dryRun("host/a:b")))
        .isEqualTo(
            "host/a:b would be injected: +4,013 ~0 -0 entries (0 kept) in 0.4 s;"
                + " sha256:0123456789ab… (dry run: nothing was written)");
  }

  @Test
  void prepared_saysSo() {
    assertThat(ReportText.line(Reports.prepared("host/a:b")))
        .isEqualTo(
            "host/a:b prepared: an empty CVMFS layer, 5.0 kB taken from the old layer,"
                + " 2.0 kB uploaded in 1 min 1 s; sha256:ba9876543210…");
  }
}
