package dev.cvmfs.conf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShellScriptTest {
  private final Map<String, Setting> scope = new LinkedHashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private final List<String> included = new ArrayList<>();

  private Set<String> run(String script) {
    return new ShellScript(
            script, "x.conf", scope, (name, where) -> included.add(where + " " + name), warnings)
        .run();
  }

  private String value(String name) {
    return scope.containsKey(name) ? scope.get(name).value() : "(unset)";
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=b                        | b",
        "A=\"b # c\" # d            | b # c",
        "A=b#c                      | b#c",
        "A='$X \"'                  | $X \"",
        "A=\"\"                     | ``",
        "A=                         | ``",
        "A=a\"b c\"'d'\\ e          | ab cd e",
        "A=\"\\$X \\\" \\n\"        | $X \" \\n",
        "A=$CVMFS_X/y               | x1/y",
        "A=\"${CVMFS_X}y\"          | x1y",
        "A=${CVMFS_NONE:-other}     | other",
        "A=${CVMFS_X:-other}        | x1",
        "A=${CVMFS_EMPTY:-other}    | other",
        "A=$CVMFS_NONE              | ``",
        "A=http://a/@fqrn@?x=y      | http://a/@fqrn@?x=y",
        "A=5$                       | 5$",
        "export A=b                 | b",
        "readonly A=b               | b",
        "A=1; A=2                   | 2",
        "A=1 B=2                    | 1",
      })
  void assignment_isThatOfAShell(String line, String expected) {
    run("CVMFS_X=x1\nCVMFS_EMPTY=\n" + line + "\n");

    assertThat(value("A")).isEqualTo(expected);
    assertThat(warnings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      value = {
        "[ \"$CVMFS_X\" = \"x1\" ]                         ~ then",
        "[ $CVMFS_X == x1 ]                                ~ then",
        "[ x$CVMFS_X != xx1 ]                              ~ else",
        "[ \"x$CVMFS_NONE\" = \"x\" ]                      ~ then",
        "[ -z \"$CVMFS_NONE\" ]                            ~ then",
        "[ -n \"$CVMFS_NONE\" ]                            ~ else",
        "[ \"$CVMFS_X\" ]                                  ~ then",
        "! [ -z \"$CVMFS_X\" ]                             ~ then",
        "[ ! -n \"$CVMFS_X\" ]                             ~ else",
        "test a = b                                        ~ else",
        "[[ a == a ]]                                      ~ then",
        "[ a = b ] || [ c = c ]                            ~ then",
        "[ a = a ] && [ c = d ]                            ~ else",
        "[ a = b ] && [ c = c ] || [ d = d ]               ~ then",
        "[ a = a ] || [ b = c ] && [ d = e ]               ~ else",
        "A=1 ; [ a=b = a=b ]                               ~ then",
      })
  void condition_choosesItsBranch(String condition, String branch) {
    run("CVMFS_X=x1\nif " + condition + "; then\n  B=then\nelse\n  B=else\nfi\n");

    assertThat(value("B")).isEqualTo(branch);
    assertThat(warnings).isEmpty();
  }

  @Test
  void lines_thatGoOn_areOne() {
    run(
        """
        if [ "a" = x ] || \\
            [ b = b ]; then
          A=1 \\
            B=2
          C=on\\
        e
          D="tw\\
        o"
        fi
        E=\\
        """);

    assertThat(value("A")).isEqualTo("1");
    assertThat(value("B")).isEqualTo("2");
    assertThat(value("C")).isEqualTo("one");
    assertThat(value("D")).isEqualTo("two");
    assertThat(value("E")).isEmpty();
    assertThat(warnings).isEmpty();
  }

  @Test
  void branches_nested_runOnlyTheTakenOnes_andNamesOfAllAreKnown() {
    Set<String> mentioned =
        run(
            """
            if [ a = b ]
            then
              A=1
              if [ a = a ]; then B=1; else C=1; fi
            elif [ c = c ]; then
              if [ -z "$CVMFS_NONE" ]; then D=1; fi
              E=1
            elif [ d = d ]; then
              F=1
            else
              G=1
            fi
            H=1
            """);

    assertThat(scope.keySet()).containsExactlyInAnyOrder("D", "E", "H");
    assertThat(mentioned).containsExactly("A", "B", "C", "D", "E", "F", "G", "H");
    assertThat(scope).containsEntry("E", new Setting("E", "1", "x.conf", 7));
  }

  @Test
  void files_areIncludedWhereTheyAreNamed_butNotFromABranchNotTaken() {
    run(
        "CVMFS_D=/etc\n. ../common.conf\n\nsource \"$CVMFS_D/b.conf\"\nif [ a = b ]; then . c; fi\n");

    assertThat(included).containsExactly("x.conf:2 ../common.conf", "x.conf:4 /etc/b.conf");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "echo hello              | not understood here, ignored: only assignments, tests and '. FILE' are",
        "A=$(hostname)           | A: its value would need a real shell; ignored",
        "A=`hostname`x           | A: its value would need a real shell; ignored",
        "A=\"$((1 + 2))\"        | A: its value would need a real shell; ignored",
        "A=\"x                   | A: its value would need a real shell; ignored",
        "A=x$1                   | A: its value would need a real shell; ignored",
        "[ -f /etc/x ] && A=1    | this test is not understood here, and taken for false",
        "A=3 > y                 | not understood here, ignored: only assignments, tests and '. FILE' are",
        ". $(which x)            | the file to be read is not understood here; ignored",
        "for A in 1 2; do A=3; done | 'for' is not understood here; it is left out",
      })
  void line_beyondTheSubset_isLeftOutWithAWarning(String line, String warning) {
    run("B=1\n" + line + "\nC=2\n");

    assertThat(warnings).containsExactly("x.conf:2: " + warning);
    assertThat(value("A")).isEqualTo("(unset)");
    assertThat(value("B")).isEqualTo("1");
  }

  @Test
  void loops_nested_areLeftOutAsAWhole() {
    run(
        """
        for i in a b; do
          case $i in
            a) A=1 ;;
          esac
          while true; do
            B=1
          done
        done
        C=1
        """);

    assertThat(scope.keySet()).containsExactly("C");
    assertThat(warnings).hasSize(1);
  }

  @Test
  void operators_withoutCommands_endNothing() {
    run("&& A=1\n| x\n(A=2)\nB=1\n");

    assertThat(value("B")).isEqualTo("1");
    assertThat(warnings).hasSize(2);
  }

  @Test
  void variable_ofTheEnvironment_isNotLookedAt() {
    run("A=\"$PATH\"\n");

    assertThat(value("A")).isEmpty();
    assertThat(warnings)
        .containsExactly(
            "x.conf:1: $PATH is not set in any configuration (the environment is not looked at); taken for empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"fi", "if [ a = a ]; then A=1", "if [ a = a ]", "else\nfi"})
  void if_withoutItsOtherWords_isRefused(String script) {
    assertThatThrownBy(() -> run(script))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("x.conf:");
  }

  @Test
  void randomScripts_areRunOrRefused() {
    Random random = new Random(7);
    String[] pieces = {
      "A=", "$A", "${A:-x}", "if ", "[ ", "] ", "; ", "then\n", "else\n", "fi\n", "\n", "&& ",
      "|| ", "\"", "'", "\\", "$(", ")", "`", "#", ". x ", "for ", "do ", "done ", "case ", "= ",
      "! ", "|", "${"
    };
    for (int round = 0; round < 30_000; round++) {
      StringBuilder script = new StringBuilder();
      for (int i = random.nextInt(14); i >= 0; i--) {
        script.append(pieces[random.nextInt(pieces.length)]);
      }
      try {
        run(script.toString());
      } catch (ConfFailure e) {
        assertThat(e).hasMessageStartingWith("x.conf:");
      }
    }
  }
}
