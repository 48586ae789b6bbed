package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;

/** A run of our program that must not succeed. */
final class Refusal {
  private final Ground<?> ground;
  private final ProgramRun run;
  private final int requestsBefore;

  private Refusal(Ground<?> ground, ProgramRun run, int requestsBefore) {
    this.ground = ground;
    this.run = run;
    this.requestsBefore = requestsBefore;
  }

  static Refusal of(Ground<?> ground, Settings settings, String... arguments) throws IOException {
    int requestsBefore = ground.registry().requests().size();
    return new Refusal(ground, ground.run(settings, arguments), requestsBefore);
  }

  static Refusal ofBare(Ground<?> ground, String... arguments) throws IOException {
    int requestsBefore = ground.registry().requests().size();
    return new Refusal(ground, ground.runBare(arguments), requestsBefore);
  }

  Refusal hasExitCode(int exitCode) {
    assertThat(run.exitCode()).as(run.story()).isEqualTo(exitCode);
    assertThat(run.report().path("exitCode").asInt()).isEqualTo(exitCode);
    return this;
  }

  /** Both people and programs are told all of these. */
  Refusal says(List<String> facts) {
    assertThat(run.report().path("error").asText()).contains(facts);
    assertThat(run.story()).contains("cvmfs_shrinkwrap: ").contains(facts);
    return this;
  }

  Refusal says(String... facts) {
    return says(List.of(facts));
  }

  /** Nobody is told that, in all that was printed. */
  Refusal keepsSecret(String secret) {
    assertThat(run.story()).doesNotContain(secret);
    assertThat(run.reports().toString()).doesNotContain(secret);
    return this;
  }

  /** No manifest was written anywhere in the registry. */
  Refusal leavesTheImageAlone() {
    List<RegistryRequest> all = ground.registry().requests();
    assertThat(all.subList(requestsBefore, all.size()))
        .filteredOn(request -> request.path().contains("/manifests/"))
        .allMatch(RegistryRequest::isRead);
    return this;
  }
}
