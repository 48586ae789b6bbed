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
    assertThat(
            SpecificationFile.parse("\ufeff/a\r\n".getBytes(UTF_8), "x")
                .explain(path("/a"))
                .decidedBy())
        .contains(new Explanation.Line(1, "/a"));
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
            "x.spec:2: '^/foo*' is read as '^/foo/*'; names that begin so are '^/foo*/'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a/b", "!^/a", "!", "^", "^!/a", "! /a", "*", "/a/../b", "/a/./b"})
  void line_notARule_isRefusedWithItsNumber(String line) {
    assertThatThrownBy(() -> specification("/ok\n\n" + line + "\n"))
        .isInstanceOf(SpecFailure.class)
        .hasMessageStartingWith("x.spec:3: ");
  }

  @ParameterizedTest
  @CsvSource({
    // A star stands for a part of a name, however long, within one directory.
    "/a/*/b, /a/x/b /a/*/b /a/.x/b, /a/b /a/x/y/b /a/x/c /a/x/b/c",
    "/a/lib*.so/, /a/lib.so /a/libz.so, /a/libz.so.1 /a/x/libz.so /a/lib/z.so",
    "/a/*.so/, /a/x.so /a/.so, /a/xso /a/x.so/y",
    "/a*/, /a /ab, /b /a/x",
    "/a*/*, /a/x/y /ab/x, /b/x",
    "^/a*/*, /a/x /ab/x, /a/x/y",
    "/*/, /a /b, /a/b",
    // A question mark for one character.
    "/a/?, /a/b /a/?, /a /a/bc",
    "/a/??, /a/bc, /a/b /a/bcd",
    // Two stars for any number of directories, none included.
    "/a/**/b, /a/b /a/x/b /a/x/y/b, /b /a/x /a/b/c",
    "/**/*.so/, /x.so /a/b/x.so, /a/x",
    "/**/b/*, /b /b/x/y /a/c/b/x, /a/c",
    "/a/**, /a /a/x/y, /b",
    "/**, /a /a/x/y, ''",
    "/a/*|!/a/**/tmp, /a/x /a/b/x, /a/tmp /a/b/tmp /a/b/c/tmp/x",
    "/a/*|!/a/*/*, /a/x, /a/x/y",
    // The last rule that matches decides, whichever way it matches.
    "/a/*|!/a/*.o/|/a/b.o, /a/x /a/b.o, /a/c.o",
    "/a/**/b|!/a/x/*, /a/b /a/y/b, /a/x/b /a/x/y/b",
    "!/a/*/b|/a/*, /a/x/b, /b",
  })
  void wildcards_lastMatchWins(String lines, String included, String notIncluded) {
    rules_lastMatchWins(lines, included, notIncluded);
  }

  @Test
  void questionMark_isOneCharacterOrOneByteThatIsNone() {
    Specification specification = specification("/a/?.x\n");

    assertThat(specification.includes(path("/a/\u00e9.x"))).isTrue();
    assertThat(specification.includes(path("/a/\ud83d\ude00.x"))).isTrue();
    assertThat(specification.includes(TreePath.of("/a/\u00e9.x".getBytes(ISO_8859_1)))).isTrue();
    assertThat(specification.includes(path("/a/\u00e9\u00e9.x"))).isFalse();
  }

  @Test
  void directoriesOnTheWayToWildcards_areOpenedButNotIncludedThemselves() {
    Specification specification = specification("/sw/*/lib/*\n/**/x.py\n!/sw/old/*\n");

    assertThat(specification.descends(path("/sw/gcc"))).isTrue();
    assertThat(specification.includes(path("/sw/README"))).isFalse();
    assertThat(specification.descends(path("/sw/old"))).isFalse();
    assertThat(specification.descends(path("/anything/else"))).isTrue();
  }

  @Test
  void wildcardsThatReachNowhere_pruneTheWalk() {
    Specification specification = specification("/sw/*/lib/*.so/\n");

    assertThat(specification.descends(path("/sw"))).isTrue();
    assertThat(specification.descends(path("/sw/gcc"))).isTrue();
    assertThat(specification.descends(path("/sw/gcc/lib"))).isTrue();
    assertThat(specification.descends(path("/sw/gcc/lib/x.so"))).isFalse();
    assertThat(specification.descends(path("/sw/gcc/share"))).isFalse();
    assertThat(specification.descends(path("/other"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"/a/*\" | /a/* | /a/x",
        "\"/a/*\"/* | /a/*/x/y | /a/x",
        "^\"/a/b?\"/* | /a/b?/x | /a/bc",
        "\"/a b \" | '/a b ' | /a b",
        "\"//a//b/\" | /a/b | /a/b/c",
        "\"/q\\\"q\\\\q\" | /q\"q\\\\q | /q",
        "\"/\\x41\\tb\" | /A\tb | /A",
        "/q\"q\" | /q\"q\" | /qq",
      })
  void quotedPath_meansItself(String line, String included, String notIncluded) {
    Specification specification = specification(line);

    assertThat(specification.includes(path(included.translateEscapes()))).isTrue();
    assertThat(specification.includes(path(notIncluded))).isFalse();
  }

  @Test
  void quotedPath_excludes_andMayHoldNewlines() {
    Specification specification = specification("/*\n!\"/a\\nb\"/*\n!\"/c\\r\"\n");

    assertThat(specification.includes(path("/a\nb"))).isTrue();
    assertThat(specification.includes(path("/a\nb/x"))).isFalse();
    assertThat(specification.includes(path("/c\r"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"/a",
        "\"a\"",
        "\"\"",
        "\"/a\"x",
        "\"/a\"*",
        "\"/a\\q\"",
        "\"/a\\x4\"",
        "\"/a\\",
        "\"/..\"",
        "\"/a\\x00\"",
        "^/a/**"
      })
  void quotedPathOrWildcard_wrong_isRefused(String line) {
    assertThatThrownBy(() -> specification("/ok\n" + line))
        .isInstanceOf(SpecFailure.class)
        .hasMessageStartingWith("x.spec:2: '" + line.substring(0, 2));
  }

  @Test
  void rule_written_isReadAsItself() {
    for (Rule.Form form : Rule.Form.values()) {
      for (String name :
          new String[] {
            "", "/a", "/a b", "/a ", " /x", "/*", "/a*", "/?", "/n\nl", "/t\t", "/r\r", "/\"q\"",
            "/b\\x", "/#", "/\u00e9", "/\u007f", "/!x", "/^"
          }) {
        TreePath path = path(name.startsWith(" ") ? "/" + name : name);
        byte[] line = Rule.write(form, path);

        SpecificationFile read = Specification.parse(line, "x.spec");

        assertThat(read.rules()).as(name).containsExactly(new Rule(form, PathPattern.of(path), 1));
        assertThat(read.warnings()).isEmpty();
      }
      TreePath latin1 = TreePath.of("/caf\u00e9\n".getBytes(ISO_8859_1));
      assertThat(Specification.parse(Rule.write(form, latin1), "x.spec").rules())
          .containsExactly(new Rule(form, PathPattern.of(latin1), 1));
    }
  }

  @Test
  void relativePath_isRefusedWithAProposal() {
    assertThatThrownBy(() -> specification("!bin/x/*"))
        .hasMessageContaining("did you mean '!/bin/x/*'?");
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
