package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.spec.Remark.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpecLintTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/*",
        "/a/*|!/a/b|!/a/c/*",
        "/a/b|/a/c|^/d/*",
        "/*|!/a/*|",
        "^/a/*|!/a/x",
        "/a/**/b|!/a/x/*",
        "/**/x.py|!/a",
        "/a/*|!/a/*/tmp",
      })
  void soundSpecification_givesNothingToSay(String lines) {
    assertThat(lint(lines)).noneMatch(remark -> remark.kind() != Kind.ORIGINAL);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, SYNTAX, 1",
    "/ok/*|!x, SYNTAX, 2",
    "/foo*, TRAILING_STAR, 1",
    "/a/b|/a/*, SHADOWED, 1",
    "/a/*|/a/*, SHADOWED, 1",
    "!/a/b|/a/*, SHADOWED, 1",
    "/x|/a/b/*|!/a, SHADOWED, 2",
    "/a/*.so/|/a/*, SHADOWED, 1",
    "/a/*|!/b, EXCLUDES_NOTHING, 2",
    "!/a/b|/a/c, EXCLUDES_NOTHING, 1",
    "/a|!/a/x, EXCLUDES_NOTHING, 2",
    "^/a/*|!/a/x/y, EXCLUDES_NOTHING, 2",
    "/a/b|!/a/c, EXCLUDES_NOTHING, 2",
    "!/a/b, NOTHING_WANTED, 0",
    "/a|!/*, NOTHING_WANTED, 0",
    "# nothing, NOTHING_WANTED, 0",
    "!/a/b|/a/c, ORIGINAL, 2",
    "!/a/b/c|/a/d/e, ORIGINAL, 2",
    "/a/*|!/a/b/*|/a/b/c/*, ORIGINAL, 3",
  })
  void trap_isFoundAtItsLine(String lines, Kind kind, int line) {
    assertThat(lint(lines))
        .filteredOn(remark -> remark.kind() == kind)
        .extracting(Remark::line)
        .containsExactly(line);
  }

  @Test
  void windowsFile_isToldOnce() {
    assertThat(SpecLint.of("/a/*\r\n/b/*\r\n".getBytes(UTF_8), Reading.LAST_MATCH))
        .extracting(Remark::kind)
        .containsExactly(Kind.CARRIAGE_RETURN);
  }

  @Test
  void messages_sayWhatAndWhatToDo() {
    assertThat(lint("!/a/b|/a/*"))
        .extracting(Remark::message)
        .containsExactly(
            "line 2 decides about everything that this line matches; an exclusion stands after"
                + " what it takes away from");
    assertThat(lint("bin/x"))
        .extracting(Remark::message)
        .first()
        .asString()
        .contains("'bin/x' is not a rule", "did you mean '/bin/x'?");
  }

  @Test
  void fiftyThousandLines_takeSeconds() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      text.append(i % 10 == 9 ? "!" : "").append("/sw/lcg/%d/p%d/lib/*\n".formatted(i % 100, i));
    }
    List<Remark> remarks =
        Assertions.assertTimeout(
            Duration.ofMinutes(5),
            () -> SpecLint.of(text.toString().getBytes(UTF_8), Reading.LAST_MATCH));

    assertThat(remarks).filteredOn(r -> r.kind() == Kind.EXCLUDES_NOTHING).hasSize(5_000);
  }

  private static List<Remark> lint(String lines) {
    return SpecLint.of(lines.replace('|', '\n').getBytes(UTF_8), Reading.LAST_MATCH);
  }
}
