package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands about specifications, run as users run them, on a repository behind a web server.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpecIT {
  private static final String FQRN = "tiny.example.org";
  private static final int USAGE = 2;
  private static final int FOUND = 9;

  // All are made once, before the first test.
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private RepositoryServer server;

  @SuppressWarnings("NullAway.Init")
  private String conf;

  @BeforeAll
  void serve(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Path repository = SampleRepository.TINY.copyInto(folder);
    server = RepositoryServer.start().serve(FQRN, repository, "r2");
    conf =
        Files.writeString(
                folder.resolve("tiny.conf"),
                "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\nOCI_CACHE=%s\n"
                    .formatted(
                        server.urlTemplate(),
                        SampleRepository.TINY.masterKey(repository),
                        folder.resolve("cache")))
            .toString();
  }

  @AfterAll
  void close() {
    server.close();
  }

  @Test
  void lint_findsWhatTheRepositoryDoesNotHave() throws IOException {
    String spec = write(FQRN + ".spec", "/bin/helo\n/links/*\n");

    CommandResult result = run("spec", "lint", spec, "-c", conf);

    assertThat(result.exitCode()).isEqualTo(FOUND);
    assertThat(result.stdout())
        .isEqualTo(
            """
            %s:1: warning: there is no /bin/helo; did you mean /bin/hello?
            0 errors, 1 warning, 0 notes
            """
                .formatted(spec));
    assertThat(run("spec", "lint", write("good.spec", "/bin/*\n")).exitCode()).isZero();
    assertThat(run("spec", "lint", write("bad.spec", "bin/*\n")).exitCode()).isEqualTo(USAGE);
  }

  @Test
  void explain_namesTheLine() throws IOException {
    String spec = write("explain.spec", "/a/*\n!/a/b\n");

    CommandResult result = run("spec", "explain", spec, "/a/b/c");

    assertThat(result.exitCode()).isZero();
    assertThat(result.stdout())
        .isEqualTo(
            """
            /a/b/c is not included: %s:2 says !/a/b
              other lines that match: 1 (/a/*)
            """
                .formatted(spec));
  }

  @Test
  void cost_tellsTheSize_withoutFetchingContent() throws IOException {
    server.forgetRequests();

    ProgramRun run =
        ProgramRun.of(run("spec", "cost", "--json", write(FQRN + ".spec", "/bin/*\n"), "-c", conf))
            .orThrow();

    assertThat(run.report().path("files").asLong()).isEqualTo(3);
    assertThat(run.report().path("catalogs").asLong()).isEqualTo(1);
    assertThat(server.requests())
        .extracting(RepositoryServer.Request::path)
        .filteredOn(path -> path.contains("/data/"))
        .allMatch(path -> path.endsWith("C") || path.endsWith("X"));
  }

  @Test
  void trace_becomesASpecification_thatPassesTheCheck_untilSomethingIsRemoved() throws IOException {
    String trace =
        write(
            "run.strace",
            """
            17 execve("/cvmfs/tiny.example.org/bin/hello", ["hello"], 0x7ffe /* 3 vars */) = 0
            17 openat(AT_FDCWD, "/cvmfs/tiny.example.org/links/rel", O_RDONLY) = 3
            17 openat(AT_FDCWD, "/cvmfs/tiny.example.org/nope", O_RDONLY) = -1 ENOENT (No such file)
            """);
    String built = folder.resolve("built.spec").toString();

    run("spec", "build", trace, "-o", built, "-c", conf, "--policy", "exact").orThrow();

    assertThat(Files.readAllLines(Path.of(built)))
        .contains("/bin/hello", "/links/rel", "/README")
        .doesNotContain("/nope");
    assertThat(run("spec", "check", trace, "--spec", built, "-c", conf).exitCode()).isZero();
    String less = write("less.spec", Files.readString(Path.of(built)).replace("/README\n", ""));
    CommandResult result = run("spec", "check", trace, "--spec", less, "-c", conf);
    assertThat(result.exitCode()).isEqualTo(FOUND);
    assertThat(result.stdout()).isEqualTo("/README\n");
  }

  @Test
  void trace_fromPipe_isRead() {
    String program = CommandLine.project().resolve("bin/cvmfs_shrinkwrap").toString();

    CommandResult result =
        Command.of(
                "sh", "-c", "printf '/a/b\\n/c\\n' | \"$0\" spec build - --policy exact", program)
            .environment("JAVA_HOME", System.getProperty("java.home"))
            .environment("CVMFS_SHRINKWRAP_CDS", "no")
            .run();

    assertThat(result.orThrow().stdout()).isEqualTo("^/a/b\n^/c\n");
    assertThat(result.stderr())
        .contains("2 uses of 2 paths in 1 run\n", "2 lines written to stdout");
  }

  @Test
  void mergeAndDiff_goByMeaning() throws IOException {
    String one = write("one.spec", "/a/*\n");
    String two = write("two.spec", "/b\n/a/x\n");

    assertThat(run("spec", "merge", one, two).orThrow().stdout()).isEqualTo("/a/*\n/b\n");
    CommandResult result = run("spec", "diff", one, two);
    assertThat(result.exitCode()).isEqualTo(FOUND);
    assertThat(result.stdout()).contains("/b: nothing -> the entry alone\n");
  }

  @Test
  void fromEnv_takesTheShellsVariables() throws IOException {
    CommandResult result =
        CommandLine.program()
            .environment("HOME", folder.toString())
            .environment("EBROOTGCC", "/cvmfs/x.org/gcc")
            .run("spec", "from-env", "-r", "x.org");

    assertThat(result.orThrow().stdout()).isEqualTo("# EBROOTGCC\n/gcc/*\n");
  }

  @Test
  void traceRun_recordsACommand() throws IOException {
    Needs.parts(RealPart.STRACE);
    String trace = folder.resolve("true.trace").toString();

    run("trace", "run", "-o", trace, "--", "cat", conf).orThrow();

    assertThat(Files.readString(Path.of(trace))).contains("execve(", conf);
    assertThat(run("trace", "run", "-o", trace, "--", "sh", "-c", "exit 3").exitCode())
        .isEqualTo(3);
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private CommandResult run(String... arguments) {
    return CommandLine.program()
        .environment("HOME", folder.toString())
        .environment("CVMFS_SHRINKWRAP_CDS", "no")
        .run(arguments);
  }
}
