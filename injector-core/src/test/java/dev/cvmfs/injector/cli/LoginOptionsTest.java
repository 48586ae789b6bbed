package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.RegistryAuth;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords that come through standard input. */
class LoginOptionsTest {
  @TempDir private Path folder;

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final List<OciOptions> asked = new ArrayList<>();
  private String conf = "";

  @BeforeEach
  void writeConf() throws IOException {
    conf = Files.writeString(folder.resolve("x.conf"), "OCI_AUTH=env:MISSING\n").toString();
  }

  private int run(String input, String... arguments) {
    PrintStream print = new PrintStream(printed, true, UTF_8);
    Surroundings surroundings =
        new Surroundings(
            new ByteArrayInputStream(input.getBytes(UTF_8)),
            print,
            print,
            Map.of("HOME", folder.toString()),
            OptionalInt.empty(),
            () -> 0);
    OciJob job =
        (image, options, progress) -> {
          asked.add(options);
          return Reports.refreshed(image);
        };
    return new Program(surroundings, job).run(arguments);
  }

  @Test
  void passwordAndUser_goBeforeTheConfigurations() {
    assertThat(run("pa:ss word\n", "oci", "a", "-c", conf, "-u", "me", "--password-stdin"))
        .isZero();

    assertThat(asked.get(0).registryConf().auth())
        .contains(new RegistryAuth.Login("me", "pa:ss word"));
    assertThat(printed.toString(UTF_8)).doesNotContain("pa:ss");
  }

  @Test
  void loginInOneLine_needsNoUser() {
    assertThat(run("me:se:cret", "oci", "a", "b", "-c", conf, "--password-stdin")).isZero();

    assertThat(asked)
        .extracting(options -> options.registryConf().auth().orElseThrow())
        .containsExactly(
            new RegistryAuth.Login("me", "se:cret"), new RegistryAuth.Login("me", "se:cret"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''           | -u me --password-stdin",
        "'one\ntwo'   | -u me --password-stdin",
        "secret       | --password-stdin",
        ":secret      | --password-stdin",
        "secret       | -u me:too --password-stdin",
        "secret       | -u me",
      })
  void loginThatIsNone_isRefusedAndNotRepeated(String input, String options) {
    List<String> arguments = new ArrayList<>(List.of("oci", "a", "-c", conf));
    arguments.addAll(List.of(options.split(" ", -1)));

    assertThat(run(input, arguments.toArray(String[]::new))).isEqualTo(2);

    assertThat(asked).isEmpty();
    assertThat(printed.toString(UTF_8)).contains("--").doesNotContain("secret", "two");
  }

  @ParameterizedTest
  @ValueSource(strings = {"oci", "oci status", "oci eject", "verify", "diff"})
  void help_ofCommandsAtRegistries_tellsOfIt(String command) {
    List<String> arguments = new ArrayList<>(List.of(command.split(" ", -1)));
    arguments.add("--help");

    assertThat(run("", arguments.toArray(String[]::new))).isZero();

    assertThat(printed.toString(UTF_8)).contains("--password-stdin");
  }

  @Test
  void help_ofCommandsAtRepositories_doesNot() {
    assertThat(run("", "ls", "--help")).isZero();

    assertThat(printed.toString(UTF_8)).doesNotContain("--password-stdin");
  }
}
