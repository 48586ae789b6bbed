package dev.cvmfs.shrinkwrap.survey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.spec.Remark;
import dev.cvmfs.shrinkwrap.spec.Remark.Kind;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Specifications looked at in a repository, which is published once for all tests. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SurveyTest {
  private static final int CHUNKED = 40_000;

  // Made before the first test.
  @SuppressWarnings("NullAway.Init")
  private PublishedRepository repository;

  @BeforeAll
  void publish(@TempDir Path folder) throws IOException {
    Tree tree = new Tree();
    tree.file("/bin/hello", "hello");
    tree.file("/bin/help", "hello");
    tree.file("/lib/v2/libz.so", "library");
    tree.file("/lib/v2/README", "read me");
    tree.symlink("/lib/current", "v2");
    tree.symlink("/lib/dangling", "v3");
    tree.directory("/empty");
    tree.file("/large/noise", "0123456789".repeat(CHUNKED / 10));
    tree.directory("/nested/one").nestedCatalog();
    tree.file("/nested/one/f", "f");
    tree.directory("/nested/two").nestedCatalog();
    tree.file("/nested/two/g", "gg");
    repository = new PublishedRepository(tree, folder);
  }

  @AfterAll
  void close() throws IOException {
    repository.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/*",
        "/bin/*|!/bin/help",
        "/bin/hello",
        "/empty",
        "^/lib/v2/*",
        "/lib/current",
        "/lib/*/README",
        "/**/f",
        "/lib|/lib/v2/*",
        "/nested/*|!/nested/two",
      })
  void lint_ofWhatIsThere_findsNothing(String lines) {
    assertThat(lint(lines)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "/bin/helo; MISSING; there is no /bin/helo; did you mean /bin/hello?",
        "/bim/hello/x; MISSING; there is no /bim; did you mean /bin?",
        "/bin/qqqqqqqq; MISSING; there is no /bin/qqqqqqqq; what there is of this path: /bin",
        "/qqqqqqqq/*; MISSING; there is no /qqqqqqqq; ''",
        "/bin/*|!/bin/nope/*; MISSING; there is no /bin/nope; /bin",
        "/bin/*.so/; MISSING; nothing matches /bin/*.so; ''",
        "/usr/*/x; MISSING; there is no /usr; ''",
        "/nested/one/g; MISSING; there is no /nested/one/g; did you mean /nested/one/f?",
        "/bin; EMPTY_DIRECTORY; /bin is a directory, and comes out empty; with its contents it is /bin/*",
        "/nested/one; EMPTY_DIRECTORY; /nested/one is a directory; /nested/one/*",
        "/lib/current/*; THROUGH_LINK; /lib/current is a symbolic link to v2; what is meant is /lib/v2",
        "/lib/current/libz.so; THROUGH_LINK; links are not followed; what is meant is /lib/v2/libz.so",
        "/lib/dangling/x; THROUGH_LINK; /lib/dangling is a symbolic link to v3; ''",
        "/bin/hello/*; NOT_A_DIRECTORY; /bin/hello is not a directory; ''",
        "/bin/hello/x; NOT_A_DIRECTORY; so there is no /bin/hello/x; ''",
      })
  void lint_ofTrap_saysWhatAndWhatToDo(String lines, Kind kind, String what, String hint) {
    assertThat(lint(lines))
        .singleElement()
        .satisfies(
            remark -> {
              assertThat(remark.kind()).isEqualTo(kind);
              assertThat(remark.message()).contains(what, hint);
            });
  }

  @Test
  void lint_looksOnlyAtCatalogsThatRulesName(@TempDir Path folder) throws IOException {
    Tree tree = new Tree();
    tree.directory("/one").nestedCatalog();
    tree.file("/one/f", "f");
    tree.directory("/two").nestedCatalog();
    tree.file("/two/g", "g");
    try (PublishedRepository fresh = new PublishedRepository(tree, folder)) {
      assertThat(RepositoryLint.of(specification("/one/f|/two/*|!/three/*"), fresh.snapshot()))
          .extracting(Remark::line)
          .containsExactly(3);

      assertThat(fresh.fetchedCatalog("/one")).isTrue();
      assertThat(fresh.fetchedCatalog("/two")).isFalse();
    }
  }

  @Test
  void walk_withWildcards_fetchesOnlyCatalogsTheyCanReach(@TempDir Path folder) throws IOException {
    Tree tree = new Tree();
    for (String name : List.of("gcc-11", "gcc-12", "perl-5")) {
      tree.directory("/sw/" + name).nestedCatalog();
      tree.file("/sw/" + name + "/lib/x.so", name);
      tree.file("/sw/" + name + "/lib/y.txt", name);
      tree.file("/sw/" + name + "/share/doc", name);
    }
    tree.file("/sw/README", "r");
    try (PublishedRepository fresh = new PublishedRepository(tree, folder)) {
      SpecificationFile wanted = specification("/sw/gcc-*/lib/*.so/|!/sw/gcc-11/*");

      assertThat(paths(fresh, wanted))
          .containsExactly("/", "/sw", "/sw/gcc-12", "/sw/gcc-12/lib", "/sw/gcc-12/lib/x.so");

      assertThat(fresh.fetchedCatalog("/sw/gcc-12")).isTrue();
      assertThat(fresh.fetchedCatalog("/sw/gcc-11")).isFalse();
      assertThat(fresh.fetchedCatalog("/sw/perl-5")).isFalse();
    }
  }

  private static List<String> paths(PublishedRepository repository, Specification wanted) {
    List<String> paths = new ArrayList<>();
    try (EntryCursor entries = repository.snapshot().walk(wanted)) {
      while (entries.hasNext()) {
        Entry entry = entries.next();
        paths.add(entry.path().toString());
      }
    }
    return paths;
  }

  @Test
  void cost_countsEntriesBytesAndObjects_withoutContent() {
    SliceCost cost = SliceCost.of(repository.snapshot(), specification("/*"));

    assertThat(cost.directories()).isEqualTo(9);
    assertThat(cost.files()).isEqualTo(7);
    assertThat(cost.symlinks()).isEqualTo(2);
    assertThat(cost.entries()).isEqualTo(18);
    assertThat(cost.bytes()).isEqualTo(5 + 5 + 7 + 7 + CHUNKED + 1 + 2);
    assertThat(cost.distinctBytes()).isLessThanOrEqualTo(cost.bytes() - 5);
    assertThat(cost.objects()).isEqualTo(6 + 3);
    assertThat(cost.distinctObjects()).isLessThan(cost.objects());
    assertThat(cost.catalogs()).isEqualTo(3);
    assertThat(repository.fetchedContent()).isFalse();
  }

  @Test
  void cost_isSharedOutAmongLines() {
    SliceCost cost =
        SliceCost.of(repository.snapshot(), specification("/bin/*|/lib/v2/*|/bin/help|/nope"));

    assertThat(cost.lines())
        .contains(new SliceCost.Line(1, 2, 5), new SliceCost.Line(3, 1, 5))
        .extracting(SliceCost.Line::number)
        .doesNotContain(4);
    assertThat(cost.lines().stream().mapToLong(SliceCost.Line::entries).sum())
        .isEqualTo(cost.entries());
    assertThat(cost.catalogs()).isEqualTo(1);
  }

  private List<Remark> lint(String lines) {
    return RepositoryLint.of(specification(lines), repository.snapshot());
  }

  private static SpecificationFile specification(String lines) {
    return Specification.parse(lines.replace('|', '\n').getBytes(UTF_8), "x.spec");
  }
}
