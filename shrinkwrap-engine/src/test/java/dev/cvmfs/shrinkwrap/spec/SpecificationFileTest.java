package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecificationFileTest {

  /**
   * What the original code answers (checked by running it), and where ours differs on purpose:
   * {@code |} stands between the lines, blanks between the paths.
   */
  @ParameterizedTest
  @CsvSource({
    // A single entry; the directory stays empty.
    "/a, /a, /a/x /b",
    "/a/*, /a /a/x /a/x/y, /b /ab",
    "^/a/*, /a /a/x, /a/x/y /b",
    "/a/*|!/a/b/c, /a/b /a/b/x, /a/b/c /a/b/c/d",
    // The original gives the same for this order of unrelated depths; with "the last rule decides"
    // the later line brings everything back.
    "!/a/b/c|/a/*, /a/b/x /a/b/c /a/b/c/d, /b",
    // Different on purpose: re-inclusion works, and the way there stays open.
    "/a/*|!/a/b/*|/a/b/c/*, /a/x /a/b /a/b/c /a/b/c/d/e, /a/b/x",
    "/a/*|!/a/b|/a/b/c/*, /a/x /a/b /a/b/c /a/b/c/d/e, /a/b/x",
    // Different on purpose: a line about the entry does not take away its contents.
    "/a/*|/a, /a /a/x /a/x/y, /b",
    "!/a|/a/*, /a /a/x, /b",
    "/a/*|!/a, /, /a /a/x",
    // Different on purpose: what is below is excluded, the directory itself is not.
    "/a/*|!/a/*, /a, /a/x /a/x/y",
    "/a/*|^/a/b/*, /a/b/c/d, /b",
    "/a/*|/a/b, /a/b/c/d, /b",
    "^/a/*|/a/b/c, /a /a/x /a/b /a/b/c, /a/b/d /a/x/y",
    "!/a/b, /, /a /a/b",
    // The original never ends with these three.
    "!/a/b|/a/c, /a /a/c, /a/b /a/d",
    "!/a/b/c/d|/a/b/e, /a/b/e, /a/b/c /a/b/c/d",
    "/x|!/a/b/c|/a/b, /x /a /a/b, /a/b/c /a/b/d",
    // The original silently loses these two subtrees.
    "!/a/b/c|/a/b/x/y/*, /a /a/b /a/b/x /a/b/x/y/z, /a/b/c /a/b/d",
    "!/a/b/c|/a/d/e, /a /a/d /a/d/e, /a/b",
    // The root.
    "/*, /a /a/b/c, ''",
    "^/*, /a /b, /a/b",
    "/, /, /a",
    "'', /, /a",
    "/*|!/special, /a /specials, /special /special/fifo",
    "/*|!/*, /, /a",
    // Excluding afterwards takes away what was asked for, and the way to it.
    "/a/b/c|!/a, /, /a /a/b /a/b/c",
  })
  void rules_lastMatchWins(String lines, String included, String notIncluded) {
    Specification specification = specification(lines.replace('|', '\n'));

    for (String path : included.split(" ", -1)) {
      assertThat(specification.includes(path(path))).as(path).isTrue();
    }
    for (String path : notIncluded.split(" ", -1)) {
      if (!path.isEmpty()) {
        assertThat(specification.includes(path(path))).as(path).isFalse();
      }
    }
  }

  /** The example that the original's own unit test uses. */
  private static final String ORIGINAL_EXAMPLE =
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
  @ValueSource(
      strings = {
        "/",
        "/asdf",
        "/foo",
        "/foo/bar",
        "/foo/bar/abc/foo/foo/foo.txt",
        "/bar",
        "/bar/abc/def",
        "/bar/abc/def/def",
      })
  void originalExample_wantedPath_isIncluded(String path) {
    assertThat(specification(ORIGINAL_EXAMPLE).includes(path(path))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/bar/abc/def/ghj",
        "/bar/abc/def/ghj/x",
        "/bar/def",
        "/bar/abc/abc",
        "/foobar/bar",
        "/foo/bar/def",
        "/foo/bar/abc/def/hij",
        "/foo/bar/abc/def/hij/x",
      })
  void originalExample_otherPath_isNotIncluded(String path) {
    assertThat(specification(ORIGINAL_EXAMPLE).includes(path(path))).isFalse();
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
  void originalExample_directory_isListedOrNot(String directory, boolean listed) {
    assertThat(specification(ORIGINAL_EXAMPLE).descends(path(directory))).isEqualTo(listed);
  }

  /** The specification of a report that some accelerators' directories could not be re-included. */
  @Test
  void accelerators_reIncludedOne_isThereAlone() {
    Specification specification = specification("/v/*\n!/v/accel/amd/*\n/v/accel/amd/gfx90a/*\n");

    assertThat(specification.includes(path("/v/accel/amd/gfx90a/lib/x.so"))).isTrue();
    assertThat(specification.includes(path("/v/accel/amd/gfx908"))).isFalse();
    assertThat(specification.descends(path("/v/accel/amd/gfx908"))).isFalse();
    assertThat(specification.includes(path("/v/accel/nvidia/cc80"))).isTrue();
  }

  @Test
  void windowsFile_lineEndsAndMark_areNotPartOfNames() {
    Specification specification = specification("\ufeff/a/*\r\n\r\n# comment\r\n!/a/b\r\n/c");

    assertThat(specification.includes(path("/a/x"))).isTrue();
    assertThat(specification.includes(path("/a/b"))).isFalse();
    assertThat(specification.includes(path("/c"))).isTrue();
  }

  @Test
  void slashesAndBlanks_doubleTrailingAndAround_areIgnored() {
    Specification specification = specification(" \t//a//b c//d/ \n  ^//e//* \n");

    assertThat(specification.includes(path("/a/b c/d"))).isTrue();
    assertThat(specification.includes(path("/e/x"))).isTrue();
    assertThat(specification.includes(path("/e/x/y"))).isFalse();
  }

  @Test
  void latin1Name_isMatchedByItsBytes() {
    Specification specification =
        Specification.parse("/caf\u00e9/*\n".getBytes(ISO_8859_1), "x.spec");

    assertThat(specification.includes(TreePath.of("/caf\u00e9/x".getBytes(ISO_8859_1)))).isTrue();
    assertThat(specification.includes(path("/caf\u00e9/x"))).isFalse();
  }

  @Test
  void starAfterPartOfName_isReadAsTree_withWarning() {
    SpecificationFile specification = specification("/lib\n^/foo*\n");

    assertThat(specification.includes(path("/foo/x"))).isTrue();
    assertThat(specification.includes(path("/foobar"))).isFalse();
    assertThat(specification.warnings())
        .containsExactly(
            "x.spec:2: '^/foo*' is read as '^/foo/*'; there are no wildcards for parts of a name");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "!^/a", "!", "^", "^!/a", "! /a", "*", "/a/../b", "/a/./b"})
  void line_notARule_isRefusedWithItsNumber(String line) {
    assertThatThrownBy(() -> specification("/ok\n\n" + line + "\n"))
        .isInstanceOf(SpecFailure.class)
        .hasMessageStartingWith("x.spec:3: ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/*/b", "/a/**", "/a*b/*", "!/*/a"})
  void wildcardInsidePath_isRefused(String line) {
    assertThatThrownBy(() -> specification(line))
        .isInstanceOf(SpecFailure.class)
        .hasMessage(
            "x.spec:1: '%s': a * may only be the last character; ".formatted(line)
                + "there are no wildcards inside a path");
  }

  @Test
  void severalProblems_areAllNamed_upToTen() {
    assertThatThrownBy(() -> specification("a\n/b\nc\n"))
        .hasMessageContaining("x.spec:1: 'a'")
        .hasMessageContaining("x.spec:3: 'c'");
    assertThatThrownBy(() -> specification("a\n".repeat(1000)))
        .message()
        .satisfies(message -> assertThat(message.lines()).hasSize(11).endsWith("… and more"));
  }

  @Test
  void hugeLine_isRefused() {
    assertThatThrownBy(() -> specification("/a".repeat(5000)))
        .isInstanceOf(SpecFailure.class)
        .hasMessage("x.spec:1: the line is longer than any path (10000 bytes)");
  }

  @Test
  void deepestPossibleRule_isMatched() {
    String deep = "/a".repeat(2000);
    Specification specification = specification(deep + "/*");

    assertThat(specification.includes(path(deep + "/x/y"))).isTrue();
    assertThat(specification.includes(path("/a/a/b"))).isFalse();
  }

  @Test
  void source_isKeptExactly() {
    byte[] source = "\r\n# x\n/a".getBytes(UTF_8);

    assertThat(Specification.parse(source, "x.spec").source()).isEqualTo(source);
  }

  @Test
  void file_isRead_orNamedWhereItIsMissing(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("a.spec"), "/a\nb\n");

    assertThatThrownBy(() -> SpecificationFile.read(file))
        .isInstanceOf(SpecFailure.class)
        .hasMessageStartingWith(file + ":2: 'b' is not a rule");
    assertThatThrownBy(() -> SpecificationFile.read(folder.resolve("b.spec")))
        .isInstanceOf(SpecFailure.class)
        .hasMessage("there is no specification " + folder.resolve("b.spec"));
  }

  private static SpecificationFile specification(String text) {
    return Specification.parse(text.getBytes(UTF_8), "x.spec");
  }

  private static TreePath path(String path) {
    return path.equals("/") ? TreePath.ROOT : TreePath.of(path);
  }
}
