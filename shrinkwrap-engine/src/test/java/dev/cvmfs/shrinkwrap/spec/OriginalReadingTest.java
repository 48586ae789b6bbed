package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The reading of the original program; all expectations come from running it. */
class OriginalReadingTest {

  /** {@code |} stands between the lines, blanks between the paths. */
  @ParameterizedTest
  @CsvSource({
    "/a, /a, /a/x /b",
    "/a/*, /a /a/x/y, /b /ab",
    "^/a/*, /a /a/x, /a/x/y",
    "/a/*|!/a/b/c, /a/b/x, /a/b/c /a/b/c/d",
    "!/a/b/c|/a/*, /a/b/x, /a/b/c /a/b/c/d",
    "/a/*|!/a/b/*|/a/b/c/*, /a/x, /a/b /a/b/c /a/b/c/d",
    "/a/*|/a, /a, /a/x",
    "!/a|/a/*, /a /a/x/y, /b",
    "/a/*|!/a/*, /, /a /a/x",
    "/a/*|^/a/b/*, /a/b/c/d, /b",
    "/a/*|/a/b, /a/b/c/d, /b",
    "^/a/*|/a/b/c, /a/b /a/b/c, /a/b/d",
    "!/a/b, /, /a /a/b",
    "!/a/b/c|/a/b/x/y/*, /, /a /a/b /a/b/x/y /a/b/x/y/z",
    "!/a/b/c|/a/d/e, /, /a /a/d /a/d/e",
    "/foo*, /foo /foo/x/y, /foobar",
    "/a/*/b, /a/*/b, /a/x/b",
    "/a?, /a?, /ab",
    "/a//b/, /a/b, /a/c",
    "'', /, /a",
    "/*|!/*, /, /a",
  })
  void rules_areReadAsTheOriginalDoes(String lines, String included, String notIncluded) {
    Specification specification = original(lines.replace('|', '\n'));

    for (String path : included.split(" ", -1)) {
      assertThat(specification.includes(path(path))).as(path).isTrue();
    }
    for (String path : notIncluded.split(" ", -1)) {
      if (!path.isEmpty()) {
        assertThat(specification.includes(path(path))).as(path).isFalse();
      }
    }
  }

  /** Those with which the original never ends: here they mean what they were about to mean. */
  @ParameterizedTest
  @CsvSource({
    "!/a/b|/a/c, /a /a/c, /a/b /a/d",
    "!/a/b/c/d|/a/b/e, /a/b/e, /a/b/c /a/b/c/d",
    "!/a/b/c/d|/a/b/c, /a/b/c, /a/b/c/d",
    "/x|!/a/b/c|/a/b, /x /a/b, /a/b/c /a/b/d",
  })
  void rules_withWhichTheOriginalNeverEnds_endAndAreToldOf(
      String lines, String included, String notIncluded) {
    rules_areReadAsTheOriginalDoes(lines, included, notIncluded);

    assertThat(SpecLint.of(lines.replace('|', '\n').getBytes(UTF_8), Reading.ORIGINAL))
        .anySatisfy(
            remark -> {
              assertThat(remark.kind()).isEqualTo(Remark.Kind.ORIGINAL);
              assertThat(remark.message()).contains("never ends");
            });
  }

  /** The example of the original's own unit test, and what that test expects. */
  private static final String EXAMPLE =
      """
      ^/*
      /foo/bar
      /foo/bar/abc/*
      !/foo/bar/abc/def/hij
      ^/bar
      ^/bar/abc/def/*
      !/bar/abc/def/ghj
      """;

  @ParameterizedTest
  @CsvSource({
    "/, true",
    "/asdf, true",
    "/foo, true",
    "/foo/bar, true",
    "/foo/bar/abc/foo/foo/foo.txt, true",
    "/bar, true",
    "/bar/abc/def, true",
    "/bar/abc/def/def, true",
    "/bar/abc/def/ghj, false",
    "/bar/abc/def/ghj/x, false",
    "/bar/def, false",
    "/bar/abc/abc, false",
    "/foobar/bar, false",
    "/foo/bar/def, false",
    "/foo/bar/abc/def/hij, false",
    "/foo/bar/abc/def/hij/x, false",
  })
  void example_matches(String path, boolean matches) {
    assertThat(original(EXAMPLE).includes(path(path))).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "/, true",
    "/foo, true",
    "/foo/bar, true",
    "/foo/bar/abc, true",
    "/foo/bar/abc/def, true",
    "/foo/bar/abc/def/hij, false",
    "/bar, true",
    "/bar/abc, true",
    "/bar/abc/def, true",
    "/bar/abc/def/foo, false",
    "/bar/abc/def/ghj, false",
  })
  void example_lists(String directory, boolean listed) {
    assertThat(original(EXAMPLE).descends(path(directory))).isEqualTo(listed);
  }

  /** Every order of these lines ends, in both readings, and is a specification. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/*|!/a/b/c|/a/b/x",
        "/a/*|!/a/b/*|/a/b/c/*",
        "!/a/b|/a/c|/a/*",
        "!/a/b/c/d|/a/b/e|/a/b/c",
        "/x|!/a/b/c|/a/b",
        "!/a/b/c|/a/b/x/y/*|/a/d/e",
        "/a/*|/a|^/a/*|!/a",
        "^/a/*|/a/b/c|!/a/b/d|/a/b/*",
        // The three lines of the report of an endless loop, and those of the lost tree.
        "!/gentoo/usr/share|/gentoo/usr|/gentoo/lib/*",
        "/gentoo/*|!/gentoo/var/file|/gentoo/var/db/x/*",
        "/v/*|!/v/accel/amd/*|/v/accel/amd/gfx90a/*|!/v/accel/amd/gfx90a/tmp",
        "^/*|/foo/bar|/foo/bar/abc/*|!/foo/bar/abc/def/hij|^/bar/abc/def/*|!/bar/abc/def/ghj",
      })
  void anyOrderOfLines_ends_inBothReadings(String lines) {
    List<String> paths = new ArrayList<>(List.of("/"));
    for (String line : lines.split("\\|", -1)) {
      String bare = line.replaceAll("[!^*]", "").replaceAll("/$", "");
      paths.add(bare.isEmpty() ? "/" : bare);
      paths.add(bare + "/unnamed");
      paths.add(bare + "/unnamed/deeper");
    }
    for (List<String> order : Permutations.of(List.of(lines.split("\\|", -1)))) {
      byte[] text = String.join("\n", order).getBytes(UTF_8);
      for (Reading reading : Reading.values()) {
        Assertions.assertTimeoutPreemptively(
            Duration.ofMinutes(5), () -> askAll(text, reading, paths), () -> order.toString());
      }
    }
  }

  private static void askAll(byte[] text, Reading reading, List<String> paths) {
    SpecificationFile specification = SpecificationFile.parse(text, "x.spec", reading);
    for (String path : paths) {
      if (specification.includes(path(path)) && !path.equals("/")) {
        TreePath above = path(path).parent();
        assertThat(specification.includes(above)).as("%s above %s", above, path).isTrue();
        assertThat(specification.descends(above)).as("%s above %s", above, path).isTrue();
      }
    }
    assertThat(SpecLint.of(text, reading))
        .noneMatch(remark -> remark.severity() == Remark.Severity.ERROR);
  }

  @Test
  void coverage_isThatOfTheText() {
    assertThat(original("/a/*\n").coverage(path("/a")))
        .isEqualTo(original("/a/*\n").coverage(path("/b")))
        .isNotEqualTo(original("/b/*\n").coverage(path("/a")))
        .isNotEqualTo(Specification.parse("/a/*\n".getBytes(UTF_8), "x.spec").coverage(path("/a")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"#!compat\n/a/*\n/a", "#!compat\r\n/a/*\r\n/a", "\ufeff#!compat\r\n/a/*\r\n/a"})
  void firstLine_decidesTheReading(String text) {
    SpecificationFile file = SpecificationFile.parse(text.getBytes(UTF_8), "test");

    assertThat(file.reading()).isEqualTo(Reading.ORIGINAL);
    assertThat(file.includes(path("/a/x"))).isFalse();
    assertThat(file.readAsOriginal()).isSameAs(file);
  }

  @ParameterizedTest
  @ValueSource(strings = {" #!compat\n/a/*\n", "#!compatible\n/a/*\n/b", "/a/*\n#!compat"})
  void otherLines_doNot(String text) {
    assertThat(SpecificationFile.parse(text.getBytes(UTF_8), "test").reading())
        .isEqualTo(Reading.LAST_MATCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/*\n/a\n", "\ufeff/a/*\r\n/a\r\n"})
  void readAsOriginal_saysSoToWhoeverReadsItAgain(String text) {
    SpecificationFile marked =
        SpecificationFile.parse(text.getBytes(UTF_8), "test").readAsOriginal();

    assertThat(marked.includes(path("/a/x"))).isFalse();
    assertThat(SpecificationFile.parse(marked.source(), "copy").includes(path("/a/x"))).isFalse();
  }

  private static SpecificationFile original(String text) {
    return SpecificationFile.parse(text.getBytes(UTF_8), "x.spec", Reading.ORIGINAL);
  }

  private static TreePath path(String path) {
    return path.equals("/") ? TreePath.ROOT : TreePath.of(path);
  }
}
