package dev.cvmfs.shrinkwrap.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.survey.PublishedRepository;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Specifications out of traces, compared with a repository that is published once for all. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpecBuilderTest {

  // Made before the first test.
  @SuppressWarnings("NullAway.Init")
  private PublishedRepository repository;

  @BeforeAll
  void publish(@TempDir Path folder) throws IOException {
    Tree tree = new Tree();
    tree.file("/bin/run", "run");
    tree.file("/bin/stop", "stop");
    tree.file("/lib/v2/libz.so", "library");
    tree.file("/lib/v2/libx.so", "another");
    tree.file("/lib/v2/doc/README", "read me");
    tree.symlink("/lib/current", "v2");
    tree.symlink("/lib/abs", "/cvmfs/" + PublishedRepository.FQRN + "/bin/run");
    tree.symlink("/lib/out", "/etc/passwd");
    tree.symlink("/lib/circle", "circle");
    tree.directory("/data/whole/deep").nestedCatalog();
    tree.file("/data/whole/a", "a");
    tree.file("/data/whole/deep/b", "b");
    tree.directory("/data/empty");
    for (int i = 0; i < 10; i++) {
      tree.file("/many/f" + i, "f" + i);
    }
    tree.directory("/many/never/looked/into");
    tree.file("/odd/*star ", "odd");
    tree.file("/odd/plain", "plain");
    repository = new PublishedRepository(tree, folder);
  }

  @AfterAll
  void close() throws IOException {
    repository.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/bin/run; /bin/run",
        "/bin/run|/bin/stop; /bin/*",
        "/bin/run|/bin/stop|/nope|/bin/nope; /bin/*",
        "/bin/; /bin/*",
        "/data/whole/a|/data/whole/deep/b; /data/whole/*",
        "/data/whole/deep/b; /data/whole/deep/*",
        "/data/whole/; ^/data/whole/*",
        "/data/empty; /data/empty",
        "/lib/v2/; ^/lib/v2/*",
        "/lib/current; /lib/current|/lib/v2",
        "/lib/current/libz.so; /lib/current|/lib/v2/libz.so",
        "/lib/abs; /bin/run|/lib/abs",
        "/lib/out; /lib/out",
        "/lib/circle; /lib/circle",
        "'/odd/*star '; '\"/odd/*star \"'",
      })
  void exact_wantsWhatWasUsed_inTheFewestLines(String trace, String lines) throws IOException {
    assertThat(rules(build(trace, Policy.EXACT, 100))).isEqualTo(lines.replace('|', '\n'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/bin/run; /bin/*",
        "/lib/v2/libz.so; ^/lib/v2/*",
        "/many/f1; ^/many/*",
        "/lib/current/libz.so; /lib/current|^/lib/v2/*",
      })
  void pdir_wantsTheNeighboursOfOpenedFiles(String trace, String lines) throws IOException {
    assertThat(rules(build(trace, Policy.PDIR, 100))).isEqualTo(lines.replace('|', '\n'));
  }

  @Test
  void fold_takesDirectoriesWholeFromAShareOn_butNeverWhatNobodyLookedInto() throws IOException {
    assertThat(rules(build("/bin/run", Policy.EXACT, 50))).isEqualTo("/bin/*");
    assertThat(rules(build("/bin/run", Policy.EXACT, 51))).isEqualTo("/bin/run");
    assertThat(rules(build("/many/f1|/many/f2", Policy.EXACT, 1))).isEqualTo("/many/f1\n/many/f2");
  }

  @Test
  void blocks_sayWhyTheyAreThere() throws IOException {
    SpecBuilder.Built built = build("/bin/run|/bin/stop|/lib/v2/|/many/f3", Policy.EXACT, 100);

    assertThat(new String(built.text().bytes(), UTF_8))
        .isEqualTo(
            """
            # /bin: used whole
            /bin/*
            # /lib/v2: listed
            ^/lib/v2/*
            # /many: single entries
            /many/f3
            """);
    assertThat(built.lines()).isEqualTo(3);
  }

  @Test
  void blocksOfSeveralRuns_sayHowManyUsedThem() throws IOException {
    Traces traces = read("/bin/run|/bin/stop|/many/f3|/many/f4");
    traces.read(new ByteArrayInputStream("/bin/run\n/many/f3\n/lib/v2/\n".getBytes(UTF_8)));

    SpecBuilder.Built built =
        new SpecBuilder(traces, Policy.EXACT, 1, 100).build(repository.snapshot());

    assertThat(new String(built.text().bytes(), UTF_8))
        .isEqualTo(
            """
            # /bin: used whole, by 2 of 2 runs
            /bin/*
            # /lib/v2: listed, by 1 of 2 runs
            ^/lib/v2/*
            # /many: single entries, by 2 of 2 runs
            /many/f3
            # /many: single entries, by 1 of 2 runs
            /many/f4
            """);
  }

  @Test
  void pathsThatAreNotThere_areCountedAndNamed() throws IOException {
    SpecBuilder.Built built =
        build("/bin/run|/bin/nope|/gone/x|/lib/current/libz.so", Policy.EXACT, 100);

    assertThat(built.missing())
        .extracting(Object::toString)
        .containsExactly("/bin/nope", "/gone/x");
    assertThat(built.missingCount()).isEqualTo(2);
  }

  @Test
  void everyPolicy_includesAllThatWasUsed_andLinksLeadSomewhere() throws IOException {
    String trace = "/lib/current/libz.so|/lib/abs|/data/whole/deep/b|/many/f7|/odd/*star ";
    for (Policy policy : Policy.values()) {
      for (int fold : new int[] {1, 50, 100}) {
        SpecificationFile built =
            SpecificationFile.parse(build(trace, policy, fold).text().bytes(), "built");
        assertThat(new TraceCheck(read(trace), built).missing(repository.snapshot()))
            .as("%s %d", policy, fold)
            .isEmpty();
        assertThat(paths(built))
            .contains("/lib/v2/libz.so", "/bin/run", "/data/whole/deep/b", "/many/f7")
            .doesNotContain("/many/never/looked");
      }
    }
  }

  @Test
  void check_againstTheRepository_namesWhatWasRemoved() throws IOException {
    Specification less = Specification.parse("/lib/current\n/bin/*\n".getBytes(UTF_8), "x.spec");
    Traces traces = read("/lib/current/libz.so|/bin/run|/never/there");

    assertThat(new TraceCheck(traces, less).missing(repository.snapshot()))
        .extracting(Object::toString)
        .containsExactly("/lib/v2", "/lib/v2/libz.so");
  }

  private List<String> paths(Specification wanted) {
    List<String> paths = new ArrayList<>();
    try (EntryCursor entries = repository.snapshot().walk(wanted)) {
      while (entries.hasNext()) {
        Entry entry = entries.next();
        paths.add(entry.path().toString());
      }
    }
    return paths;
  }

  private SpecBuilder.Built build(String trace, Policy policy, int fold) throws IOException {
    return new SpecBuilder(read(trace), policy, 1, fold).build(repository.snapshot());
  }

  private static Traces read(String trace) throws IOException {
    Traces traces = new Traces(Optional.empty(), Set.of());
    traces.read(new ByteArrayInputStream(trace.replace('|', '\n').getBytes(UTF_8)));
    return traces;
  }

  /** The lines without comments. */
  private static String rules(SpecBuilder.Built built) {
    return new String(built.text().bytes(), UTF_8)
        .lines()
        .filter(line -> !line.startsWith("#"))
        .collect(Collectors.joining("\n"));
  }
}
