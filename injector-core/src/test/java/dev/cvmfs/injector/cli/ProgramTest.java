package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.inject.TagMovedFailure;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<OciOptions> asked = new ArrayList<>();
  private OciJob job =
      (image, options, progress) -> {
        asked.add(options);
        progress.step("Injecting updated cvmfs layer into " + image + "...");
        return Reports.refreshed(image);
      };
  private String conf = "";

  @BeforeEach
  void writeConf() throws IOException {
    conf =
        Files.writeString(
                folder.resolve("x.conf"),
                "OCI_REGISTRY=ghcr.io\nOCI_DEST_TAG=old\nCVMFS_REPOSITORY_NAME=sft.example.org\n")
            .toString();
  }

  @Test
  void version_isOneLine() {
    assertThat(run("--version")).isZero();

    assertThat(out()).matches("cvmfs_shrinkwrap [0-9]+\\.[0-9]+\\.[0-9]+.*\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void help_ofCommand_explainsOptionsAndExitCodes() {
    assertThat(run("oci", "--help")).isZero();

    assertThat(out())
        .contains("cvmfs_shrinkwrap oci", "--spec=FILE", "--dry-run", "hub.docker.com", "IMAGE...");
    for (ExitCode code : ExitCode.values()) {
      assertThat(out()).contains(code.number() + "   " + code.meaning());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no-such-command",
        "--no-such-option",
        "oci",
        "oci -c x",
        "oci a --spek x",
        "oci a -q -v"
      })
  void commandLine_wrong_isRefusedWithAWayToHelp(String line) {
    assertThat(run(line.isEmpty() ? new String[0] : line.split(" ", -1))).isEqualTo(2);

    assertThat(err()).startsWith("cvmfs_shrinkwrap: ").containsPattern("\n    try '.* --help'\n");
    assertThat(out()).isEmpty();
  }

  @Test
  void image_done_tellsTheStoryAndWhatChanged() {
    assertThat(run("oci", "root/demo", "-c", conf)).isZero();

    assertThat(out())
        .isEqualTo(
            "Injecting updated cvmfs layer into root/demo...\n"
                + ReportText.line(Reports.refreshed("root/demo"))
                + "\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void options_reachTheJob_andWinOverFiles() throws IOException {
    String spec = Files.writeString(folder.resolve("x.spec"), "/*\n").toString();
    String second =
        Files.writeString(folder.resolve("y.conf"), "OCI_REGISTRY=quay.io\n").toString();

    assertThat(
            run(
                "oci",
                "a",
                "-c",
                conf,
                "-c",
                second,
                "--spec",
                spec,
                "--dest-tag",
                "new",
                "--cache",
                folder + "/cache",
                "--prepare",
                "--dry-run"))
        .isZero();

    OciOptions options = asked.get(0);
    assertThat(options.registryConf().registry()).contains("quay.io");
    assertThat(options.registryConf().destinationTag()).contains("new");
    assertThat(options.registryConf().specification()).contains(Path.of(spec));
    assertThat(options.registryConf().cache()).isEqualTo(folder.resolve("cache"));
    assertThat(options.registryConf().repositories()).containsExactly("sft.example.org");
    assertThat(options.conf().get("CVMFS_REPOSITORY_NAME")).contains("sft.example.org");
    assertThat(options.prepareOnly()).isTrue();
    assertThat(options.dryRun()).isTrue();
  }

  @Test
  void options_notGiven_areOff() {
    assertThat(run("oci", "a", "-c", conf)).isZero();

    assertThat(asked.get(0).prepareOnly()).isFalse();
    assertThat(asked.get(0).dryRun()).isFalse();
    assertThat(asked.get(0).registryConf().cache())
        .isEqualTo(folder.resolve(".cache/cvmfs_shrinkwrap"));
    assertThat(asked.get(0).registryConf().destinationTag()).contains("old");
  }

  @Test
  void conf_missing_isRefusedUnlessOnlyPreparing() {
    assertThat(run("oci", "ghcr.io/a/b")).isEqualTo(2);
    assertThat(err()).startsWith("cvmfs_shrinkwrap: a configuration is missing: -c CONF\n    it");
    assertThat(asked).isEmpty();

    assertThat(run("oci", "ghcr.io/a/b", "--prepare")).isZero();
    assertThat(asked).hasSize(1);
  }

  @Test
  void conf_wrong_isRefusedForAllImages() {
    assertThat(run("oci", "a", "b", "-c", "nope", "--json")).isEqualTo(2);

    assertThat(err()).startsWith("cvmfs_shrinkwrap: there is no configuration 'nope'");
    assertThat(out().lines().map(this::json))
        .extracting(json -> json.get("image").asText() + " " + json.get("exitCode").asInt())
        .containsExactly("a 2", "b 2");
    assertThat(asked).isEmpty();
  }

  @Test
  void conf_odd_isWarnedAbout() throws IOException {
    String odd = Files.writeString(folder.resolve("odd.conf"), "OCI_REGISTRI=a\n").toString();

    assertThat(run("oci", "a", "-c", odd, "-q")).isZero();

    assertThat(err())
        .isEqualTo(
            "cvmfs_shrinkwrap: warning: %s:1: unknown parameter OCI_REGISTRI; did you mean OCI_REGISTRY?\n"
                .formatted(odd));
    assertThat(out()).isEmpty();
  }

  @Test
  void json_isOneLineAnImage_andTheStoryGoesToStderr() {
    assertThat(run("oci", "a", "b", "-c", conf, "--json")).isZero();

    assertThat(out()).hasLineCount(2);
    assertThat(out().lines().map(this::json))
        .extracting(json -> json.get("image").asText())
        .containsExactly("a", "b");
    assertThat(err()).contains("[1/2] a\nInjecting updated cvmfs layer into a...\n");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(2, new ConfFailure("why")),
        Arguments.of(2, new SpecFailure("why")),
        Arguments.of(3, new ImageFailure("why")),
        Arguments.of(3, new RegistryFailure.NotFound("why")),
        Arguments.of(3, new RegistryFailure.Transport("why")),
        Arguments.of(4, new RegistryFailure.Unauthorized("why")),
        Arguments.of(4, new RegistryFailure.Denied("why")),
        Arguments.of(5, new CvmfsFailure.Trust("why")),
        Arguments.of(6, new CvmfsFailure.Network("why")),
        Arguments.of(6, new CvmfsFailure.Data("why")),
        Arguments.of(7, new TagMovedFailure("why")),
        Arguments.of(8, new IOException("why")),
        Arguments.of(8, new UncheckedIOException(new FileSystemException("/x", null, "why"))),
        Arguments.of(8, new AccessDeniedException("/why")),
        Arguments.of(8, new NoSuchFileException("/why")),
        Arguments.of(6, new CompletionException(new CvmfsFailure.Data("why"))),
        Arguments.of(1, new IllegalStateException("why")),
        Arguments.of(1, new StackOverflowError("why")));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failure_hasItsExitCodeAndItsWords(int code, Throwable failure) {
    job = (image, options, progress) -> raise(failure);

    assertThat(run("oci", "a", "-c", conf, "--json")).isEqualTo(code);

    assertThat(err()).startsWith("cvmfs_shrinkwrap: ").contains("why");
    JsonNode json = json(out());
    assertThat(json.get("image").asText()).isEqualTo("a");
    assertThat(json.get("error").asText()).contains("why");
    assertThat(json.get("exitCode").asInt()).isEqualTo(code);
  }

  @Test
  void severalImages_oneFails_othersAreDone_firstFailureIsTheExitCode() {
    OciJob good = job;
    job =
        (image, options, progress) ->
            switch (image) {
              case "b" -> raise(new CvmfsFailure.Trust("expired\nask its owners"));
              case "c" -> raise(new RegistryFailure.Denied("no"));
              default -> good.run(image, options, progress);
            };

    assertThat(run("oci", "a", "b", "c", "d", "-c", conf)).isEqualTo(5);

    assertThat(asked).hasSize(2);
    assertThat(err())
        .isEqualTo("cvmfs_shrinkwrap: b: expired\n    ask its owners\ncvmfs_shrinkwrap: c: no\n");
  }

  @Test
  void defect_isPrintedWithAllThatAReportNeeds() {
    job = (image, options, progress) -> raise(new IllegalStateException("impossible"));

    run("oci", "a", "-c", conf);

    assertThat(err())
        .startsWith("cvmfs_shrinkwrap: this is a defect of the program, please report it")
        .contains("cvmfs_shrinkwrap 0.", "Java ", "IllegalStateException: impossible", "\tat dev.");
  }

  @Test
  void failure_ofTheUser_hasNoStackTrace_unlessAskedFor() {
    job = (image, options, progress) -> raise(new ImageFailure("no such layer"));

    run("oci", "a", "-c", conf);
    assertThat(err()).isEqualTo("cvmfs_shrinkwrap: no such layer\n");

    run("oci", "a", "-c", conf, "-vv");
    assertThat(err()).contains("ImageFailure: no such layer", "\tat dev.");
  }

  @Test
  void diskFull_hasAHint() {
    job =
        (image, options, progress) ->
            raise(new FileSystemException("/cache/x", null, "No space left on device"));

    assertThat(run("oci", "a", "-c", conf)).isEqualTo(8);

    assertThat(err())
        .isEqualTo(
            """
            cvmfs_shrinkwrap: /cache/x: No space left on device
                free some space, or choose another folder with --cache (OCI_CACHE)
            """);
  }

  @ParameterizedTest
  @CsvSource({"--help, 0", "oci --help, 10", "oci a -c CONF, 10", "oci a -q --json -c CONF, 10"})
  void standardOutput_thatIsFull_makesSuccessAFailure(String line, int room) {
    assertThat(run(BrokenOutput.withRoomFor(room), line.replace("CONF", conf).split(" ", -1)))
        .isEqualTo(8);

    assertThat(err())
        .isEqualTo(
            "cvmfs_shrinkwrap: standard output: does not take all that is written to it"
                + " (is the disk full, or its reader gone?)\n");
  }

  @Test
  void standardOutput_thatIsFull_hidesNoOtherFailure() {
    job = (image, options, progress) -> raise(new TagMovedFailure("somebody else moved it"));

    assertThat(run(BrokenOutput.withRoomFor(0), "oci", "a", "--json", "-c", conf)).isEqualTo(7);
  }

  private static Report raise(Throwable failure) throws IOException {
    if (failure instanceof IOException io) {
      throw io;
    }
    if (failure instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) failure;
  }

  private int run(String... arguments) {
    return run(new PrintStream(out, true, UTF_8), arguments);
  }

  private int run(PrintStream stdout, String... arguments) {
    Surroundings surroundings =
        new Surroundings(
            stdout,
            new PrintStream(err, true, UTF_8),
            Map.of("HOME", folder.toString()),
            OptionalInt.empty(),
            () -> 0);
    return new Program(surroundings, job).run(arguments);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }

  private JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }
}
