package dev.cvmfs.conf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfParserTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=b                      | A | b",
        "` \tA = b \t`            | A | b",
        "A=b # comment            | A | b",
        "A=b#c                    | A | b",
        "A=\"b c\"                | A | b c",
        "A='b \"c'                | A | b \"c",
        "A=\"\"                   | A | ``",
        "A=''                     | A | ``",
        "A=                       | A | ``",
        "A=\"                     | A | \"",
        "A=\"b'                   | A | \"b'",
        "A=\"b#c\"                | A | \"b",
        "A=b=c==d                 | A | b=c==d",
        "A=b c                    | A | b c",
        "export A=b               | A | b",
        "readonly   A=b           | A | b",
        "readonly export A=b      | A | b",
        "eval A=b                 | A | b",
        "exported=b               | exported | b",
        "A=$(X:-y)                | A | $(X:-y)",
        "A=http://s/@fqrn@;http://t/@org@ | A | http://s/@fqrn@;http://t/@org@",
      })
  void line_assignment_isReadLikeCvmfsDoes(String line, String key, String value) {
    Conf conf = parse(line);

    assertThat(conf.settings()).singleElement().extracting(Setting::key).isEqualTo(key);
    assertThat(conf.get(key)).contains(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A                            | x.conf:1: not a setting (KEY=VALUE); line ignored",
        "=b                           | x.conf:1: not a setting (KEY=VALUE); line ignored",
        "if [ \"$X\" = \"y\" ]; then  | x.conf:1: shell code is not run, and every assignment in it counts; line ignored",
        "fi                           | x.conf:1: shell code is not run, and every assignment in it counts; line ignored",
        ". /etc/cvmfs/x.conf          | x.conf:1: other files are read with CVMFS_CONFIG=FILE[:FILE...]; line ignored",
        "A B=c                        | x.conf:1: not a setting (KEY=VALUE); line ignored",
      })
  void line_somethingElse_isIgnoredWithWarning(String line, String warning) {
    Conf conf = parse(line);

    assertThat(conf.settings()).isEmpty();
    assertThat(conf.warnings()).containsExactly(warning);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "A=$HOME/x     | x.conf:1: A: variables are not expanded; the value keeps the $",
        "A=\"${HOME}\" | x.conf:1: A: variables are not expanded; the value keeps the $",
        "A=~/x         | x.conf:1: A: ~ is not expanded; write the whole path",
        "A=\"b         | x.conf:1: A: the quotes do not match, and are taken as a part of the value",
        "A=\"b#c\"     | x.conf:1: A: a # starts a comment even inside quotes",
      })
  void line_probablyMeantOtherwise_isReadWithWarning(String line, String warning) {
    assertThat(parse(line).warnings()).containsExactly(warning);
  }

  @Test
  void file_usual_hasNoWarnings() {
    Conf conf = parse("# comment\n\n   \nA='pa$word'\nB=\"c\"\nA='pa$word'\n");

    assertThat(conf.warnings()).isEmpty();
  }

  @Test
  void key_setTwice_lastWinsWithWarning() {
    Conf conf = parse("A=1\nB=2\nA=3\n");

    assertThat(conf.setting("A")).contains(new Setting("A", "3", "x.conf", 3));
    assertThat(conf.warnings())
        .containsExactly("x.conf:3: A is set again (before in line 1); this one wins");
  }

  @Test
  void bothBranchesOfIf_lastAssignmentWins() {
    Conf conf =
        parse(
            """
            if [ "x$CVMFS_USE_CDN" = "xyes" ]; then
              CVMFS_SERVER_URL="http://cdn/cvmfs/@fqrn@"
            else
              CVMFS_SERVER_URL="http://s1/cvmfs/@fqrn@;http://s2/cvmfs/@fqrn@"
            fi
            """);

    assertThat(conf.get("CVMFS_SERVER_URL"))
        .contains("http://s1/cvmfs/@fqrn@;http://s2/cvmfs/@fqrn@");
    assertThat(conf.warnings()).hasSize(4);
  }

  @Test
  void windowsFile_lineEndsAndMark_areNotPartOfValues() {
    Conf conf = parse("\ufeffA=b\r\nC=\"d\"\r\n\r\nE=\r\n");

    assertThat(conf.get("A")).contains("b");
    assertThat(conf.get("C")).contains("d");
    assertThat(conf.get("E")).contains("");
    assertThat(conf.warnings()).isEmpty();
  }

  @Test
  void latin1File_isReadWithWarning() {
    Conf conf = ConfParser.parse("# f\u00fcr\nA=b\u00e9\n".getBytes(ISO_8859_1), "x.conf");

    assertThat(conf.get("A")).contains("b\u00e9");
    assertThat(conf.warnings()).containsExactly("x.conf: is not UTF-8, and read as ISO 8859-1");
  }

  @Test
  void binaryFile_isRefused() {
    assertThatThrownBy(() -> ConfParser.parse(new byte[] {'A', '=', 0, 1}, "x.conf"))
        .isInstanceOf(ConfFailure.class)
        .hasMessage("x.conf is not a configuration: it is not text");
  }

  @Test
  void warnings_neverShowValues() {
    Conf conf =
        parse(
            """
            OCI_AUTH="user:hunter2
            OCI_AUTH user:hunter2
            user:hunter2
            OCI_AUTH=user:$hunter2
            OCI AUTH = hunter2
            """);

    assertThat(conf.warnings()).hasSize(6).noneMatch(warning -> warning.contains("hunter2"));
    assertThat(conf.settings().toString()).doesNotContain("hunter2");
  }

  @Test
  void randomBytes_areReadOrRefused() {
    Random random = new Random(11);
    byte[] alphabet = "A=# \t\"'\r\n$\\~export readonly\u00e4\0".getBytes(UTF_8);
    for (int round = 0; round < 20_000; round++) {
      byte[] bytes = new byte[random.nextInt(60)];
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = alphabet[random.nextInt(alphabet.length)];
      }
      try {
        ConfParser.parse(bytes, "x.conf")
            .settings()
            .forEach(
                setting -> assertThat(setting.key()).isNotEmpty().doesNotContain(" ", "=", "#"));
      } catch (ConfFailure e) {
        assertThat(e).hasMessageContaining("not text");
      }
    }
  }

  private static Conf parse(String text) {
    return ConfParser.parse(text.getBytes(UTF_8), "x.conf");
  }
}
