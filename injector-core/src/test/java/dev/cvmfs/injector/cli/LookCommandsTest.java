package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that look into a repository, on one that CernVM-FS's own tools published. */
class LookCommandsTest {
  private static final String FQRN = "tiny.example.org";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path repository = Path.of("");
  private Path conf = Path.of("");

  @BeforeEach
  void publishRevisionTwo() throws IOException {
    repository = SampleRepository.TINY.copyInto(folder);
    Files.copy(repository.resolve("r2.cvmfspublished"), repository.resolve(".cvmfspublished"));
    conf =
        Files.writeString(
            folder.resolve("tiny.conf"),
            "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\n"
                .formatted(repository.toUri(), SampleRepository.TINY.masterKey(repository)));
  }

  @ParameterizedTest
  @ValueSource(strings = {FQRN + "/bin", "/cvmfs/" + FQRN + "/bin/", FQRN + "/data/../bin"})
  void ls_ofDirectory_printsItsNames(String location) {
    assertThat(run("ls", location)).isZero();

    assertThat(out()).isEqualTo("hello\nsgid\nsuid\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void ls_long_looksLikeLsDoes() {
    assertThat(run("ls", "-l", FQRN + "/bin")).isZero();
    assertThat(out())
        .isEqualTo(
            """
            -rwxr-xr-x     0     0           46 2024-04-01 12:00:00 hello
            -rwxr-sr-x     0     0           16 2024-03-01 12:00:00 sgid
            -rwsr-xr-x     0     0           16 2024-03-01 12:00:00 suid
            """);

    out.reset();
    assertThat(run("ls", "-l", FQRN + "/software/current")).isZero();
    assertThat(out())
        .isEqualTo("lrwxrwxrwx     0     0            2 2024-03-01 12:00:00 current -> v2\n");
  }

  @Test
  void ls_recursive_findsWhatTheRepositoryHolds() throws IOException {
    assertThat(run("ls", "-R", "--json", FQRN)).isZero();

    List<String> expected =
        SampleRepository.TINY.listing(repository, "r2").stream()
            .map(ListedEntry::path)
            .sorted()
            .map(path -> HexFormat.of().formatHex(path.bytes()))
            .toList();
    assertThat(out().lines().map(LookCommandsTest::json))
        .extracting(
            json ->
                json.has("pathHex")
                    ? json.get("pathHex").asText()
                    : HexFormat.of().formatHex(json.get("path").asText().getBytes(UTF_8)))
        .containsExactlyElementsOf(expected);
  }

  @Test
  void ls_namesThatATerminalMightActUpon_areEscaped() {
    assertThat(run("ls", FQRN + "/names")).isZero();

    assertThat(out()).contains("latin1-\\xe9\\xff\n").contains("\\x0a");
    assertThat(out().chars().filter(c -> c < ' ' && c != '\n')).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/bin/hello, /bin/hello",
    "/data/chunked/noise.bin, /data/chunked/noise.bin",
    "/links/rel, /README",
    "/links/dirlink/chunked/text.dat, /data/chunked/text.dat",
    "/links/self/self/rel, /README",
    "/links/dirlink/../bin/hello, /bin/hello",
    "/nested/sub/deeper/f1, /nested/sub/deeper/f1"
  })
  void cat_writesTheBytes_behindLinksToo(String path, String real)
      throws IOException, GeneralSecurityException {
    assertThat(run("cat", FQRN + path)).isZero();

    byte[] digest = MessageDigest.getInstance("SHA-256").digest(out.toByteArray());
    assertThat(SampleRepository.TINY.listing(repository, "r2"))
        .filteredOn(entry -> entry.path().toString().equals(real))
        .extracting(entry -> entry.sha256().orElse(""))
        .containsExactly(HexFormat.of().formatHex(digest));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cat | /bin/helo | there is no /bin/helo in tiny.example.org (revision 2) | did you mean /bin/hello?",
        "cat | /qqqqqq/x | there is no /qqqqqq in tiny.example.org (revision 2) | what there is of this path: /",
        "cat | /bin | /bin in tiny.example.org is not a file with content, but a directory | ''",
        "cat | /bin/hello/x | /bin/hello is not a directory, so there is nothing below it | ''",
        "cat | /bin/hello/ | /bin/hello is not a directory, so there is nothing below it | ''",
        "cat | /links/abs | /links/abs leads out of the repository, to /etc/hostname | ''",
        "cat | /../x | leads out of the repository | ''",
        "stat | /links/none/x | there is no /links/none | ''",
        "ls | /links/dangling | there is no /links/nowhere | ''",
      })
  void path_thatLeadsNowhere_isDataFailureWithHint(
      String command, String path, String message, String hint) {
    assertThat(run(command, FQRN + path)).isEqualTo(ExitCode.CVMFS.number());

    assertThat(out()).isEmpty();
    assertThat(err()).startsWith("cvmfs_shrinkwrap: ").contains(message, hint);
  }

  @Test
  void cat_noFollow_refusesLink() {
    assertThat(run("cat", "--no-follow", FQRN + "/links/rel")).isEqualTo(6);
    assertThat(err()).contains("/links/rel in tiny.example.org is not a file with content");
  }

  @Test
  void cat_ofObjectThatIsNotWhatItShouldBe_writesNotAByteOfIt() throws IOException {
    Path hello = repository.resolve("data/9b/7f233ffb4e3ae26cf5b593c5282c1e8b58e17e");
    byte[] stored = Files.readAllBytes(hello);
    stored[stored.length - 1] ^= 1;
    Files.write(hello, stored);

    assertThat(run("cat", "--tag", "r1", FQRN + "/bin/hello")).isEqualTo(6);

    assertThat(out.toByteArray()).isEmpty();
  }

  @Test
  void stat_tellsAll() {
    assertThat(run("stat", FQRN + "/xattr/user")).isZero();
    assertThat(out())
        .startsWith("path: /xattr/user\ntype: file\nmode: 0644 (-rw-r--r--)\nowner: 0:0\n")
        .contains("modified: 2024-03-01T12:00:00.123456789Z\nsize: 2\nhash: ")
        .containsPattern("object: [0-9a-f]{40}, zlib, 2 bytes of content\n")
        .endsWith("xattr: user.bin = 00ff10\nxattr: user.demo = 68656c6c6f\n");

    out.reset();
    assertThat(run("stat", "--json", FQRN + "/data/chunked/text.dat")).isZero();
    JsonNode chunked = json(out());
    assertThat(chunked.get("objects")).hasSizeGreaterThan(1);
    assertThat(chunked.get("objects").get(0).get("kind").asText()).isEqualTo("chunk");

    out.reset();
    assertThat(run("stat", "--json", FQRN + "/special/blk")).isZero();
    assertThat(json(out()).get("type").asText()).isEqualTo("block device");
    assertThat(json(out()).get("minor").asInt()).isEqualTo(99);

    out.reset();
    assertThat(run("stat", FQRN)).isZero();
    assertThat(out()).startsWith("path: /\ntype: directory\n");
  }

  @Test
  void tag_showsTheOlderState_andWinsOverConfiguration() throws IOException {
    Files.writeString(
        conf, Files.readString(conf) + "CVMFS_ROOT_HASH=7b47a42cd9cf6feb1ab9d9f039f34742a0ca32a7");

    assertThat(run("stat", "--json", "--tag", "r1", FQRN + "/links/becomes_dir")).isZero();

    assertThat(json(out()).get("type").asText()).isNotEqualTo("directory");
  }

  @Test
  void tags_listsTheHistory() {
    assertThat(run("tags", FQRN)).isZero();
    assertThat(out())
        .containsPattern(
            "(?m)^r1 +1  2026-11-22T11:22:55Z  f1825ba0b309d866b7295a5bb73b698e269bb667");

    out.reset();
    assertThat(run("tags", "--json", FQRN)).isZero();
    assertThat(out().lines().map(LookCommandsTest::json))
        .anySatisfy(
            tag -> {
              assertThat(tag.get("name").asText()).isEqualTo("r2");
              assertThat(tag.get("revision").asLong()).isEqualTo(2);
            });
  }

  @Test
  void info_tellsStateTrustAndSize() throws IOException {
    assertThat(run("info", FQRN)).isZero();
    assertThat(out())
        .contains("revision:    2\nroot hash:   7b47a42cd9cf6feb1ab9d9f039f34742a0ca32a7\n")
        .contains("published:   2026-11-22T11:22:56Z\nserver:      file:///")
        .containsPattern("certificate: ([0-9A-F]{2}:){19}[0-9A-F]{2}\n")
        .containsPattern("whitelist:   valid until 2036-11-19 11:22:52 UTC, [0-9]+ days left\n");

    out.reset();
    assertThat(run("info", "--json", FQRN)).isZero();
    JsonNode statistics = json(out()).get("statistics");
    List<ListedEntry> entries = SampleRepository.TINY.listing(repository, "r2");
    assertThat(json(out()).get("verified").asBoolean()).isTrue();
    assertThat(statistics.get("catalogs").asLong()).isGreaterThan(3);
    assertThat(
            statistics.get("files").asLong()
                + statistics.get("directories").asLong()
                + statistics.get("symlinks").asLong()
                + statistics.get("specials").asLong())
        .isGreaterThanOrEqualTo(entries.size());
  }

  @Test
  void signatures_switchedOff_isWarnedAboutEveryTime() throws IOException {
    Files.writeString(
        conf, Files.readString(conf) + "CVMFS_SHRINKWRAP_UNVERIFIED=yes\nCVMFS_PUBLIC_KEY=\n");

    assertThat(run("info", "-q", "--json", FQRN)).isZero();

    assertThat(err())
        .contains("warning: the signatures of tiny.example.org are not checked")
        .contains("CVMFS_SHRINKWRAP_UNVERIFIED=yes");
    assertThat(json(out()).get("verified").asBoolean()).isFalse();
  }

  @Test
  void settings_ofTheMachine_areUsedWhereTheConfigurationSaysSo() throws IOException {
    Path etc = folder.resolve("etc");
    Files.createDirectories(etc.resolve("config.d"));
    Files.writeString(etc.resolve("default.conf"), "readonly CVMFS_MOUNT_DIR=/cvmfs\n");
    Files.move(conf, etc.resolve("config.d/" + FQRN + ".conf"));
    Files.writeString(conf, "CVMFS_SHRINKWRAP_SYSTEM_CONFIG=" + etc + "\n");

    assertThat(run("ls", "/cvmfs/" + FQRN + "/bin")).isZero();

    assertThat(out()).isEqualTo("hello\nsgid\nsuid\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void link_withVariables_saysHowToSetThem() throws IOException {
    assertThat(run("cat", FQRN + "/links/var")).isEqualTo(6);
    assertThat(err())
        .contains("/links/var leads to $(TINY_VAR)/x", "CVMFS_SHRINKWRAP_SYMLINK_VARS");

    Files.writeString(
        conf, Files.readString(conf) + "CVMFS_SHRINKWRAP_SYMLINK_VARS=TINY_VAR=../bin\n");
    assertThat(run("stat", FQRN + "/links/var")).isZero();
    assertThat(out()).contains("target: ../bin/x\n");
  }

  @Test
  void failure_withJson_isALineToo() {
    assertThat(run("stat", "--json", FQRN + "/none")).isEqualTo(6);

    assertThat(json(out()).get("location").asText()).isEqualTo(FQRN + "/none");
    assertThat(json(out()).get("exitCode").asInt()).isEqualTo(6);
    assertThat(json(out()).get("error").asText()).contains("there is no /none");
  }

  @ParameterizedTest
  @CsvSource({"ls, ''", "ls, /bin", "cat, /cvmfs/", "info, a b"})
  void location_withoutRepository_isRefused(String command, String location) {
    assertThat(run(command, location)).isEqualTo(ExitCode.USAGE.number());
    assertThat(out()).isEmpty();
  }

  private int run(String... arguments) {
    String[] all = new String[arguments.length + 2];
    System.arraycopy(arguments, 0, all, 0, arguments.length);
    all[arguments.length] = "-c";
    all[arguments.length + 1] = conf.toString();
    Surroundings surroundings =
        new Surroundings(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            Map.of("HOME", folder.toString()),
            OptionalInt.empty(),
            () -> 0);
    return new Program(
            surroundings,
            (image, options, progress) -> {
              throw new IllegalStateException("not an image command");
            })
        .run(all);
  }

  private String out() {
    return out.toString(UTF_8);
  }

  private String err() {
    return err.toString(UTF_8);
  }

  private static JsonNode json(String line) {
    try {
      return new ObjectMapper().readTree(line);
    } catch (IOException e) {
      throw new AssertionError(line, e);
    }
  }
}
