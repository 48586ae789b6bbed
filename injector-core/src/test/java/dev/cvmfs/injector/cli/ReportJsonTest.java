package dev.cvmfs.injector.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReportJsonTest {

  @Test
  void refreshed_hasEverything() {
    assertThat(ReportJson.of(Reports.refreshed("a:b")))
        .isEqualTo(
            """
            {"image":"a:b","result":"refreshed","dryRun":false,\
            "oldDigest":"%s","newDigest":"%s",\
            "layers":[{"digest":"sha256:aa","diffId":"sha256:bb","size":3400000}],\
            "repositories":[{"fqrn":"sft.example.org","rootHash":"cc","revision":42,"verified":true,"specification":"%s"}],\
            "changes":{"added":12,"changed":3,"removed":1,"kept":4001},\
            "garbage":{"objects":0,"bytes":0},\
            "transfer":{"bytesFetched":1200000,"bytesCopied":0,"bytesUploaded":3400000,"requests":17},\
            "seconds":1.943,"exitCode":0}\
            """
                .formatted(Reports.OLD, Reports.NEW, Reports.OLD));
  }

  @Test
  void unchanged_hasNullForWhatIsNotThere() {
    assertThat(ReportJson.of(Reports.unchanged("a:b")))
        .contains("\"result\":\"unchanged\"", "\"newDigest\":null");
  }

  @Test
  void failure_isOneLine() {
    assertThat(ReportJson.ofFailure("a:b", "why\n\"what to do\"", ExitCode.TRUST))
        .isEqualTo("{\"image\":\"a:b\",\"error\":\"why\\n\\\"what to do\\\"\",\"exitCode\":5}");
  }
}
