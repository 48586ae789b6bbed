package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VariantSymlinksTest {
  private static final VariantSymlinks VARIABLES =
      VariantSymlinks.of(
          Map.of("NAME", "value", "EMPTY", "", "UMLAUT", "ü", "PATHS", "/a/$(NAME)"));

  @ParameterizedTest
  @CsvSource({
    "plain/target, plain/target",
    "$(NAME), value",
    "a/$(NAME)/b, a/value/b",
    "$(NAME)$(NAME)/$(NAME), valuevalue/value",
    "$(NONE)/x, /x",
    "$(NONE:-/opt/x)/y, /opt/x/y",
    "$(NAME:-/opt/x)/y, value/y",
    // Unlike in a shell: it is set.
    "$(EMPTY:-/opt/x)y, y",
    "$(NONE:-)y, y",
    "$(NONE:-a:-b), a:-b",
    "$(NONE:-a=b), a=b",
    "$(), ''",
    "a$(), a",
    // Without a closing parenthesis, text.
    "$(NAME, $(NAME",
    "a/$(NAME/b, a/$(NAME/b",
    "a$(, a$(",
    "$(NAME)$(NAME, value$(NAME",
    "$NAME/${NAME}, $NAME/${NAME}",
    // No nesting: the variable's name is everything up to the first parenthesis.
    "$($(NAME)), )",
    "$(NONE:-$(NAME)), $(NAME)",
    // Values are not looked at again.
    "$(PATHS), /a/$(NAME)",
    "ä/$(UMLAUT), ä/ü",
  })
  void target_isResolvedAsCvmfsDoes(String target, String expected) {
    assertThat(new String(VARIABLES.resolve(target.getBytes(UTF_8)), UTF_8)).isEqualTo(expected);
  }

  @Test
  void target_thatIsNotText_keepsItsBytes() {
    byte[] target = {'/', (byte) 0xff, '$', '(', 'N', 'A', 'M', 'E', ')', (byte) 0xe9};

    assertThat(VARIABLES.resolve(target)).containsExactly('/', 0xff, 'v', 'a', 'l', 'u', 'e', 0xe9);
  }

  @Test
  void withoutVariables_linksStayAsStored() {
    byte[] target = "$(NAME:-x)".getBytes(UTF_8);

    assertThat(VariantSymlinks.raw().resolve(target)).isEqualTo(target);
    assertThat(VariantSymlinks.of(Map.of()).resolve(target)).isEqualTo(target);
  }
}
