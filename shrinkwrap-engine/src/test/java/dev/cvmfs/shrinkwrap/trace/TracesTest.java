package dev.cvmfs.shrinkwrap.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TracesTest {

  /** The events of which we know what the original's builder makes. */
  private static final String GOLDEN =
      line(4, "/a", "lookup()")
          + line(2, "/a", "opendir()")
          + line(1, "/a/b/lib.so", "open()")
          + line(3, "/a-x/l", "readlink()")
          + line(6, "", "getattr()")
          + line(1, "/top", "open()")
          + line(4, "/a/b/nope", "lookup()")
          + line(7, "/q \"\"x\"\",y", "listxattr()");

  private static String line(int code, String path, String call) {
    return "\"1732266334193.693\",\"%d\",\"%s\",\"%s\"\r\n".formatted(code, path, call);
  }

  @Test
  void goldenSample_givesTheLinesOfTheOriginal() throws IOException {
    assertThat(built(GOLDEN, Policy.PDIR)).isEqualTo("^/a/*\n^/a-x/l\n^/a/b/*\n^/*\n");
    assertThat(built(GOLDEN, Policy.EXACT))
        .isEqualTo(
            """
            ^/a/*
            ^/a-x/l
            ^/a/b/lib.so
            ^/a/b/nope
            ^/q "x",y
            ^/
            ^/top
            """);
  }

  @Test
  void cvmfsTrace_whatDoesNotCount_isCounted() throws IOException {
    Traces traces =
        read(
            line(-1, "Tracer", "Trace buffer created")
                + line(4, "/gone", "lookup()-NOTFOUND")
                + line(4, "@UNKNOWN-123", "lookup()")
                + line(4, "/.Trash-1000", "lookup()")
                + line(1, "/a/f", "open()")
                + "\"1732266334193.693\",\"1\",\"/a/cut of\n"
                + line(1, "/a/g", "open()")
                + line(1, "/a/two\nlines", "open()")
                + "\"1732266334193.693\",\"1\",\"/a/h");

    assertThat(paths(traces)).containsExactly("/a/f", "/a/g", "/a/two\\x0alines");
    assertThat(traces.skipped())
        .isEqualTo(
            Map.of(
                Skipped.NOT_FOUND, 1L,
                Skipped.UNKNOWN_INODE, 1L,
                Skipped.FILTERED, 1L,
                Skipped.MALFORMED, 2L));
  }

  @Test
  void cvmfsTrace_lineOfSomethingElse_isNoBeginningOfARecord() throws IOException {
    Traces traces =
        read(line(1, "/a/f", "open()") + "\"1\" foo\nbar\n" + line(1, "/a/g", "open()"));

    assertThat(paths(traces)).containsExactly("/a/f", "/a/g");
    assertThat(traces.skipped()).isEqualTo(Map.of(Skipped.MALFORMED, 2L));
  }

  @Test
  void cvmfsTrace_quoteThatIsNeverClosed_doesNotSwallowTheRest() throws IOException {
    String rest = ("x".repeat(999) + "\n").repeat(100);
    Traces traces = read(line(1, "/a/f", "open()") + "\"1\",\"" + rest + line(1, "/a/g", "open()"));

    assertThat(paths(traces)).containsExactly("/a/f", "/a/g");
    // The 64 KiB that may be one record, and each line after them.
    assertThat(traces.skipped()).isEqualTo(Map.of(Skipped.MALFORMED, 35L));
  }

  @Test
  void cvmfsTrace_filteredCalls_areLeftOut() throws IOException {
    Traces traces = new Traces(Optional.empty(), Set.of("lookup", "getattr"));
    traces.read(new ByteArrayInputStream(GOLDEN.getBytes(UTF_8)));

    assertThat(paths(traces)).doesNotContain("/", "/a/b/nope").contains("/a", "/top");
  }

  @Test
  void straceLog_isReadWithItsProcesses() throws IOException {
    Traces traces =
        read(
            """
            17 execve("/cvmfs/x.org/bin/run", ["run"], 0x7ffe /* 3 vars */) = 0
            17 openat(AT_FDCWD, "/etc/ld.so.cache", O_RDONLY|O_CLOEXEC) = 3
            17 openat(AT_FDCWD, "/cvmfs/x.org/lib/libz.so", O_RDONLY|O_CLOEXEC) = 3</cvmfs/x.org/lib/v2/libz.so>
            [pid 18] newfstatat(AT_FDCWD</cvmfs/x.org/data>, "../etc/./conf", {st_mode=S_IFREG}, 0) = 0
            18 12:00:00.123 openat(AT_FDCWD, "/cvmfs/x.org/nope", O_RDONLY) = -1 ENOENT (No such file or directory)
            18 openat(AT_FDCWD, "/cvmfs/x.org/dir", O_RDONLY|O_NONBLOCK|O_CLOEXEC|O_DIRECTORY <unfinished ...>
            17 chdir("/cvmfs/x.org/user") = 0
            18 <... openat resumed>) = 4
            17 stat("here", {st_mode=S_IFREG|0644, st_size=5, ...}) = 0
            19 stat("where", {st_mode=S_IFREG|0644, st_size=5, ...}) = 0
            17 readlink("/cvmfs/x.org/odd \\"\\303\\251\\"\\n", "x", 4096)   = 1
            17 getdents64(4</cvmfs/x.org/listed>, 0x55 /* 3 entries */, 32768) = 80
            17 write(1, "/cvmfs/x.org/written", 20) = 20
            17 openat(AT_FDCWD, "/cvmfs/x.org/cut
            17 +++ exited with 0 +++
            """);

    assertThat(paths(traces))
        .containsExactly(
            "/bin/run",
            "/dir",
            "/etc/conf",
            "/lib/libz.so",
            "/lib/v2/libz.so",
            "/listed",
            "/odd \"\u00e9\"\\x0a".replace("\u00e9", "\\xc3\\xa9"),
            "/user",
            "/user/here");
    assertThat(traces.fqrn()).contains("x.org");
    assertThat(traces.skipped())
        .isEqualTo(
            Map.of(
                Skipped.NOT_FOUND, 1L,
                Skipped.OUTSIDE, 1L,
                Skipped.RELATIVE, 1L,
                Skipped.MALFORMED, 1L));
    assertThat(built(traces, Policy.EXACT)).contains("^/dir/*\n", "^/listed/*\n", "^/bin/run\n");
  }

  @Test
  void straceLog_relativePaths_areRelativeToTheProcessesDirectory() throws IOException {
    Traces traces =
        read(
            """
            chdir("/cvmfs/x.org/start") = 0
            20 execve("./run", ["run"], 0x7ffe /* 3 vars */) = 0
            20 chdir("deeper") = 0
            20 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID) = 21
            21 access("of-child", R_OK) = 0
            20 vfork( <unfinished ...>
            22 access("of-early-child", R_OK) = 0
            20 <... vfork resumed>) = 22
            22 fchdir(3</cvmfs/x.org/elsewhere>) = 0
            22 access("of-moved-child", R_OK) = 0
            20 access("of-parent", R_OK) = 0
            21 +++ exited with 0 +++
            21 access("of-another-21", R_OK) = 0
            """);

    assertThat(paths(traces))
        .containsExactly(
            "/elsewhere/of-moved-child",
            "/start",
            "/start/deeper",
            "/start/deeper/of-child",
            "/start/deeper/of-early-child",
            "/start/deeper/of-parent",
            "/start/of-another-21",
            "/start/run");
    assertThat(traces.skipped()).isEmpty();
  }

  @Test
  void auditLog_isReadEventByEvent() throws IOException {
    Traces traces =
        read(
            """
            type=SYSCALL msg=audit(1732266334.193:1): arch=c000003e syscall=257 success=yes exit=3 a0=ffffff9c
            type=CWD msg=audit(1732266334.193:1): cwd="/cvmfs/x.org/user"
            type=PATH msg=audit(1732266334.193:1): item=0 name="file" inode=5 mode=0100644 nametype=NORMAL
            type=PROCTITLE msg=audit(1732266334.193:1): proctitle=6C73
            type=SYSCALL msg=audit(1732266334.194:2): arch=c000003e syscall=257 success=yes exit=3
            type=PATH msg=audit(1732266334.194:2): item=0 name="/cvmfs/x.org/dir" mode=040755 nametype=NORMAL
            type=SYSCALL msg=audit(1732266334.195:3): arch=c000003e syscall=262 success=no exit=-2
            type=PATH msg=audit(1732266334.195:3): item=0 name="/cvmfs/x.org/gone" nametype=UNKNOWN
            type=SYSCALL msg=audit(1732266334.196:4): arch=c000003e syscall=262 success=yes exit=0
            type=PATH msg=audit(1732266334.196:4): item=0 name=2F63766D66732F782E6F72672F6120C3A9 mode=0100644 nametype=NORMAL
            type=SYSCALL msg=audit(1732266334.197:5): arch=c0000015 syscall=286 success=yes exit=3 key=(null)\035ARCH=ppc64le SYSCALL=openat AUID="me"
            type=PATH msg=audit(1732266334.197:5): item=0 name="/cvmfs/x.org/power/f" mode=0100644 nametype=NORMAL cap_frootid=0\035OUID="root"
            """);

    assertThat(paths(traces)).containsExactly("/a \u00e9", "/dir", "/power/f", "/user/file");
    assertThat(traces.skipped()).isEqualTo(Map.of(Skipped.NOT_FOUND, 1L));
    assertThat(built(traces, Policy.PDIR)).contains("^/dir/*\n", "^/power/*\n", "^/user/*\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/cvmfs/x.org/a|/cvmfs/x.org/b/; /a /b",
        "/a|/b c|relative; /a /b_c",
        "/cvmfs/x.org/a^/cvmfs/x.org/b^; /a /b",
        "/a//b/../c|/../d; /a/c /d",
      })
  void list_ofPaths_isTakenAsItIs(String text, String expected) throws IOException {
    Traces traces = read(text.replace('|', '\n').replace('^', '\0'));

    assertThat(paths(traces))
        .map(path -> path.replace(' ', '_'))
        .containsExactly(expected.split(" ", -1));
  }

  @Test
  void severalRepositories_oneHasToBeChosen() throws IOException {
    String text = "/cvmfs/x.org/a\n/cvmfs/y.org/b\n/cvmfs/x.org/c\n";

    assertThatThrownBy(() -> read(text).paths())
        .isInstanceOf(SpecFailure.class)
        .hasMessageContainingAll("-r FQRN", "x.org: 2", "y.org: 1");

    Traces traces = new Traces(Optional.of("y.org"), Set.of());
    traces.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
    assertThat(paths(traces)).containsExactly("/b");
  }

  @Test
  void missingFile_isNamed() {
    assertThatThrownBy(() -> new Traces(Optional.empty(), Set.of()).read(Path.of("/nowhere/t")))
        .isInstanceOf(SpecFailure.class)
        .hasMessage("there is no trace /nowhere/t");
  }

  @Test
  void severalRuns_minRuns_leavesOutWhatFewUsed() throws IOException {
    Traces traces = new Traces(Optional.empty(), Set.of());
    for (String run : List.of("/a\n/b\n/b\n", "/a\n/c\n", "/a\n/b\n")) {
      traces.read(new ByteArrayInputStream(run.getBytes(UTF_8)));
    }

    assertThat(new SpecBuilder(traces, Policy.EXACT, 2, 100).build().text())
        .hasToString("^/a\\x0a^/b\\x0a");
    assertThat(traces.runs()).isEqualTo(3);
    assertThat(traces.uses()).isEqualTo(7);
  }

  @Test
  void check_namesWhatASpecificationLacks() throws IOException {
    Specification specification = Specification.parse("/a/*\n".getBytes(UTF_8), "x.spec");

    assertThat(new TraceCheck(read("/a/x\n/b/y\n/b\n"), specification).missing())
        .extracting(Object::toString)
        .containsExactly("/b", "/b/y");
    assertThat(new TraceCheck(read("/a/x\n/a\n"), specification).missing()).isEmpty();
  }

  @Test
  void pathTable_keepsManyPathsApart() {
    PathTable table = new PathTable();
    List<Integer> nodes = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      nodes.add(table.add(TreePath.of("/d%d/e/f%d".formatted(i % 7, i))));
    }
    for (int i = 0; i < 20_000; i++) {
      String path = "/d%d/e/f%d".formatted(i % 7, i);
      assertThat(table.path(nodes.get(i))).hasToString(path);
      assertThat(table.find(TreePath.of(path))).isEqualTo(nodes.get(i));
    }
    assertThat(table.size()).isEqualTo(1 + 7 * 2 + 20_000);
    assertThat(table.find(TreePath.of("/d1/e/f0"))).isNegative();
  }

  private static Traces read(String text) throws IOException {
    Traces traces = new Traces(Optional.empty(), Set.of());
    traces.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
    return traces;
  }

  private static String built(String trace, Policy policy) throws IOException {
    return built(read(trace), policy);
  }

  private static String built(Traces traces, Policy policy) {
    return new String(new SpecBuilder(traces, policy, 1, 100).build().text().bytes(), UTF_8);
  }

  private static List<String> paths(Traces traces) {
    PathTable table = traces.paths();
    List<String> paths = new ArrayList<>();
    for (int node = 0; node < table.size(); node++) {
      if (table.isUsed(node)) {
        paths.add(table.path(node).toString());
      }
    }
    paths.sort(null);
    return paths;
  }
}
