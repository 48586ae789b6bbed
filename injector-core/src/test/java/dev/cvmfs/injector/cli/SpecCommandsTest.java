package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands about specifications, on a repository that CernVM-FS's own tools published. */
class SpecCommandsTest {
  private static final String FQRN = "tiny.example.org";

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private String conf = "";

  @BeforeEach
  void publishRevisionTwo() throws IOException {
    Path repository = SampleRepository.TINY.copyInto(folder);
    Files.copy(repository.resolve("r2.cvmfspublished"), repository.resolve(".cvmfspublished"));
    conf =
        Files.writeString(
                folder.resolve("tiny.conf"),
                "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\n"
                    .formatted(repository.toUri(), SampleRepository.TINY.masterKey(repository)))
            .toString();
  }

  private String spec(String name, String lines) throws IOException {
    return Files.writeString(folder.resolve(name), lines).toString();
  }

  @Test
  void lint_ofSoundFile_saysSo() throws IOException {
    assertThat(run("spec", "lint", spec("x.spec", "/bin/*\n!/bin/hello\n"))).isZero();

    assertThat(out()).isEqualTo("0 errors, 0 warnings, 0 notes\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void lint_ofTraps_namesFileAndLine() throws IOException {
    String spec = spec("x.spec", "/bin/hello\n/bin/*\n!/lib\n");

    assertThat(run("spec", "lint", spec)).isEqualTo(ExitCode.FOUND.number());

    assertThat(out())
        .isEqualTo(
            """
            %1$s:1: warning: line 2 decides about everything that this line matches
            %1$s:3: warning: no line before this one includes anything that it excludes
            0 errors, 2 warnings, 0 notes
            """
                .formatted(spec));
  }

  @Test
  void lint_ofWhatIsNoSpecification_isUsage_andTellsAll() throws IOException {
    String spec = spec("x.spec", "bin/hello\n/foo*\n!\n");

    assertThat(run("spec", "lint", spec)).isEqualTo(ExitCode.USAGE.number());

    assertThat(out())
        .contains(spec + ":1: error: 'bin/hello' is not a rule")
        .contains(spec + ":2: warning: '/foo*' is read as '/foo/*'")
        .contains(spec + ":3: error: ")
        .endsWith("2 errors, 1 warning, 0 notes\n");
  }

  @Test
  void lint_withRepository_findsWhatIsNotThere() throws IOException {
    String spec = spec(FQRN + ".spec", "/bin/helo\n/data\n/links/rel/x\n");

    assertThat(run("spec", "lint", spec, "-c", conf)).isEqualTo(ExitCode.FOUND.number());

    assertThat(out())
        .contains(spec + ":1: warning: there is no /bin/helo; did you mean /bin/hello?\n")
        .contains(spec + ":2: warning: /data is a directory, and comes out empty")
        .contains(spec + ":3: warning: /links/rel is a symbolic link to ");
  }

  @Test
  void lint_json_isALineForEachFinding() throws IOException {
    String spec = spec("x.spec", "/bin/helo\r\n/names/*\r\n");

    assertThat(run("spec", "lint", "--json", spec, "-c", conf, "-r", FQRN))
        .isEqualTo(ExitCode.FOUND.number());

    List<JsonNode> lines = out().lines().map(SpecCommandsTest::json).toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).get("kind").asText()).isEqualTo("carriage-return");
    assertThat(lines.get(0).get("severity").asText()).isEqualTo("note");
    assertThat(lines.get(1).get("kind").asText()).isEqualTo("missing");
    assertThat(lines.get(1).get("line").asInt()).isEqualTo(1);
    assertThat(lines.get(1).get("file").asText()).isEqualTo(spec);
  }

  @Test
  void lint_withoutRepositorysName_asksForIt() throws IOException {
    assertThat(run("spec", "lint", spec("x.spec", "/a"), "-c", conf))
        .isEqualTo(ExitCode.USAGE.number());

    assertThat(err()).contains("which repository", "-r FQRN");
  }

  @Test
  void explain_namesTheLineThatDecides() throws IOException {
    String spec = spec("x.spec", "/a/*\n!/a/b\n/a/b/c\n");

    assertThat(run("spec", "explain", spec, "/a/x", "a/b/c/", "/a/b", "/a/b/d", "/z", "/"))
        .isZero();

    assertThat(out())
        .isEqualTo(
            """
            /a/x is included: %1$s:1 says /a/*
            /a/b/c is included: %1$s:3 says /a/b/c
              other lines that match: 1 (/a/*), 2 (!/a/b)
            /a/b is included as a directory on the way: %1$s:3 says /a/b/c
              other lines that match: 1 (/a/*)
            /a/b/d is not included: %1$s:2 says !/a/b
              other lines that match: 1 (/a/*)
            /z is not included: no line matches it
            / is included as a directory on the way: %1$s:3 says /a/b/c
            """
                .formatted(spec));
  }

  @Test
  void explain_json_andWildcards() throws IOException {
    String spec = spec("x.spec", "/a/**/*.py\n");

    assertThat(run("spec", "explain", "--json", spec, "/a/b")).isZero();

    JsonNode json = json(out());
    assertThat(json.get("path").asText()).isEqualTo("/a/b");
    assertThat(json.get("included").asBoolean()).isTrue();
    assertThat(json.get("onlyIfSomethingBelow").asBoolean()).isTrue();
    assertThat(json.get("onTheWayTo").get("line").asInt()).isEqualTo(1);
    assertThat(json.get("onTheWayTo").get("text").asText()).isEqualTo("/a/**/*.py");
    assertThat(json.has("decidedBy")).isFalse();
  }

  @Test
  void explain_compat_readsAsTheOriginal() throws IOException {
    String spec = spec("x.spec", "/a/*\n!/a/b/*\n/a/b/c\n");

    assertThat(run("spec", "explain", "--compat", spec, "/a/b/c")).isZero();

    assertThat(out()).startsWith("/a/b/c is not included: " + spec + ":2 says !/a/b/*");
  }

  @Test
  void cost_tellsTheSizeOfTheSlice() throws IOException {
    String spec = spec(FQRN + ".spec", "/bin/*\n/data/chunked/noise.bin\n");

    assertThat(run("spec", "cost", spec, "-c", conf, "--lines", "1")).isZero();

    assertThat(out())
        .contains("repository:  tiny.example.org, revision 2\n", "files:       4\n")
        .contains("directories: 4\n", "catalogs:    1\n")
        .contains(".spec:1: 4 entries, ");
    assertThat(err()).isEmpty();
  }

  @Test
  void cost_json_ofEverything_isWhatTheStatisticsSay() throws IOException {
    assertThat(run("spec", "cost", "--json", spec("x.spec", "/*\n"), "-c", conf, "-r", FQRN))
        .isZero();
    JsonNode cost = json(out());
    out.reset();
    assertThat(run("info", "--json", FQRN, "-c", conf)).isZero();
    JsonNode statistics = json(out()).get("statistics");

    assertThat(cost.get("files")).isEqualTo(statistics.get("files"));
    assertThat(cost.get("symlinks")).isEqualTo(statistics.get("symlinks"));
    assertThat(cost.get("bytes")).isEqualTo(statistics.get("fileBytes"));
    assertThat(cost.get("catalogs")).isEqualTo(statistics.get("catalogs"));
    assertThat(cost.get("distinctObjects").asLong())
        .isPositive()
        .isLessThan(cost.get("objects").asLong());
    assertThat(cost.get("lines").get(0).get("line").asInt()).isEqualTo(1);
  }

  @Test
  void build_ofTrace_comparedWithTheRepository() throws IOException {
    String trace =
        spec("run.trace", "/cvmfs/tiny.example.org/bin/hello\n/cvmfs/tiny.example.org/bin/nope\n");
    String built = folder.resolve("built.spec").toString();
    Path beside = Files.writeString(folder.resolve("built.spec.new"), "somebody else's\n");

    assertThat(run("spec", "build", trace, "-o", built, "--policy", "exact", "-c", conf)).isZero();

    assertThat(beside).hasContent("somebody else's");
    assertThat(Files.readString(Path.of(built))).isEqualTo("# /bin: single entries\n/bin/hello\n");
    assertThat(err())
        .contains(
            "2 uses of 2 paths in 1 run\n", "left out: 1 path that the repository does not have\n")
        .contains("    /bin/nope\n", "1 line written to " + built + "\n");

    assertThat(run("spec", "check", trace, "--spec", built, "-c", conf)).isZero();
    assertThat(run("spec", "check", trace, "--spec", built)).isEqualTo(ExitCode.FOUND.number());
    assertThat(out()).isEqualTo("/bin/nope\n");
  }

  @Test
  void build_closure_needsARepository() throws IOException {
    String trace = spec("list", "/bin/hello\n");
    String built = folder.resolve("built.spec").toString();

    int exitCode =
        run("spec", "build", trace, "-o", built, "--policy", "closure", "-c", conf, "-r", FQRN);

    assertThat(exitCode).isZero();
    assertThat(Files.readString(Path.of(built))).contains("/bin/hello\n");
    assertThat(run("spec", "build", trace, "--policy", "closure")).isEqualTo(2);
    assertThat(err()).contains("--policy closure needs a configuration (-c)");
  }

  @Test
  void build_ofTraceAboutNothing_isRefused() throws IOException {
    String nothing = "execve(\"/bin/true\", [\"true\"], 0x7f /* 3 vars */) = 0\n";

    assertThat(run("spec", "build", spec("strace", nothing))).isEqualTo(2);
    assertThat(err())
        .startsWith("cvmfs_shrinkwrap: no path of a repository is in ")
        .contains("left out: 1 use of paths outside of the repository");
    String everything = spec("x.spec", "/*\n");
    assertThat(run("spec", "check", spec("strace", nothing), "--spec", everything)).isEqualTo(2);
  }

  @Test
  void build_withoutRepository_isTheOriginals() throws IOException {
    String trace =
        spec(
            "trace",
            "\"1.2\",\"2\",\"/a\",\"opendir()\"\r\n\"1.2\",\"1\",\"/a/b/c\",\"open()\"\r\n");

    assertThat(run("spec", "build", "-q", trace)).isZero();

    assertThat(out()).isEqualTo("^/a/*\n^/a/b/*\n");
    assertThat(err()).isEmpty();
  }

  @Test
  void build_ontoAFullDisk_fails() throws IOException {
    String trace = spec("trace", "/bin/hello\n/bin/sgid\n");

    int exitCode =
        program(Map.of("HOME", folder.toString()), BrokenOutput.withRoomFor(5))
            .run("spec", "build", "-q", trace);

    assertThat(exitCode).isEqualTo(ExitCode.LOCAL_DISK.number());
    assertThat(err()).contains("standard output: does not take all");
  }

  @Test
  void merge_andDiff_goByMeaning() throws IOException {
    String one = spec("one.spec", "/a/*\n!/a/b\n");
    String two = spec("two.spec", "/a/b/c\n/d\n");

    assertThat(run("spec", "merge", one, two)).isZero();
    assertThat(out()).isEqualTo("/a/*\n!/a/b\n/a/b/c\n/d\n");

    out.reset();
    assertThat(run("spec", "diff", one, spec("same.spec", "# other\n/a/x\n/a/*\n!/a/b/\n")))
        .isZero();
    assertThat(out()).isEmpty();

    assertThat(run("spec", "diff", one, spec("more.spec", "/a/*\n"))).isEqualTo(9);
    assertThat(out()).isEqualTo("/a/b: nothing -> everything below\n");
  }

  @Test
  void diff_withRepository_listsEntries() throws IOException {
    String one = spec(FQRN + ".spec", "/bin/*\n");
    String two = spec("two.spec", "/bin/h*/\n/dup/a\n");

    assertThat(run("spec", "diff", one, two, "-c", conf)).isEqualTo(9);

    assertThat(out()).isEqualTo("< /bin/sgid\n< /bin/suid\n> /dup\n> /dup/a\n");
  }

  @Test
  void fromEnv_takesWhatPointsIntoTheRepository() {
    Map<String, String> environment =
        Map.of(
            "PATH", "/usr/bin:/cvmfs/x.org/gcc/bin:/cvmfs/y.org/bin:/cvmfs/x.org/gcc/bin/",
            "EBROOTGCC", "/cvmfs/x.org/gcc",
            "_LMFILES_", "/cvmfs/x.org/modules/gcc.lua:/etc/modules/x",
            "PHYSICS_TABLES", "/cvmfs/x.org/tables/",
            "HOME", "/cvmfs/x.org/home");

    assertThat(program(environment).run("spec", "from-env", "-r", "x.org")).isZero();
    String known = "# EBROOTGCC\n/gcc/*\n# PATH\n^/gcc/bin/*\n";
    assertThat(out()).isEqualTo(known + "# _LMFILES_\n/modules/gcc.lua\n");
    assertThat(err())
        .isEqualTo(
            "not taken: PHYSICS_TABLES=/cvmfs/x.org/tables/ (--whole PHYSICS_TABLES takes it)\n");

    out.reset();
    String whole = "PHYSICS_TABLES";
    assertThat(program(environment).run("spec", "from-env", "-r", "x.org", "--whole", whole))
        .isZero();
    assertThat(out()).contains("# PHYSICS_TABLES\n/tables/*\n");

    assertThat(program(environment).run("spec", "from-env", "-r", "z.org")).isEqualTo(2);
    assertThat(err()).contains("no variable of this shell that is known points into /cvmfs/z.org");
  }

  @Test
  void help_ofEachCommand_hasTheExitCodes() {
    for (String command :
        List.of("lint", "explain", "cost", "build", "check", "merge", "diff", "from-env")) {
      out.reset();
      assertThat(run("spec", command, "--help")).isZero();
      assertThat(out()).contains("cvmfs_shrinkwrap spec " + command, "9   a check was made");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spec",
        "spec lind x",
        "spec lint",
        "spec explain x.spec",
        "spec cost",
        "spec build",
        "spec build x --policy closure",
        "spec build x --fold 0",
        "spec build /nowhere/trace",
        "spec check x",
        "spec merge",
        "spec diff a",
        "spec from-env",
        "trace",
        "trace run -- true",
        "trace run -o x",
        "spec lint /nowhere/x.spec",
        "spec explain /nowhere/x.spec /a",
        "spec cost /nowhere/x.spec -c CONF -r x.example.org"
      })
  void commandLine_wrong_isUsage(String line) {
    assertThat(run(line.replace("CONF", conf).split(" ", -1))).isEqualTo(ExitCode.USAGE.number());

    assertThat(err()).startsWith("cvmfs_shrinkwrap: ");
    assertThat(out()).isEmpty();
  }

  private int run(String... arguments) {
    return program(Map.of("HOME", folder.toString())).run(arguments);
  }

  private Program program(Map<String, String> environment) {
    return program(environment, new PrintStream(out, true, UTF_8));
  }

  private Program program(Map<String, String> environment, PrintStream stdout) {
    Surroundings surroundings =
        new Surroundings(
            stdout, new PrintStream(err, true, UTF_8), environment, OptionalInt.empty(), () -> 0);
    return new Program(
        surroundings,
        (image, options, progress) -> {
          throw new IllegalStateException("not an image command");
        });
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
