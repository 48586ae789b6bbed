package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDocumentTest {
  private static final TextNode NEW = JsonNodeFactory.instance.textNode("new");

  /** Everything that a tree which is written again would spell differently. */
  private static final String ODD =
      """
      { "e":1e400,"d" : 1.50, "z":-0.0,"big":123456789012345678901234567890,
      \t"esc":"\\u003ca\\u003E \\/ \\ud800 \\u00e9 é","\\u006bey":null, "list":[ ] }\r
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                      | /a     | {\"a\":\"new\"}",
        "{ }                     | /a     | {\"a\":\"new\" }",
        "{\"b\":1}               | /a     | {\"b\":1,\"a\":\"new\"}",
        "{\"b\": 1, \"c\": 2}    | /a     | {\"b\": 1, \"c\": 2, \"a\": \"new\"}",
        "{\"a\" : [1,{}] }       | /a     | {\"a\" : \"new\" }",
        "{\"a\":{\"b\":{}}}      | /a/b/c | {\"a\":{\"b\":{\"c\":\"new\"}}}",
        "{\"a\":[1, \"}\\\"\", 3]} | /a/1   | {\"a\":[1, \"new\", 3]}",
        "{\"a\":\"\\u006eew\"}   | /a     | {\"a\":\"\\u006eew\"}",
      })
  void with_anyPlace_changesOnlyThatValue(String before, String place, String after) {
    assertThat(text(document(before).with(JsonPointer.compile(place), NEW))).isEqualTo(after);
  }

  @Test
  void with_prettyPrintedObject_followsItsLayout() {
    JsonDocument document = document("{\n  \"a\": 1\n}");

    assertThat(text(document.with(JsonPointer.compile("/b"), NEW)))
        .isEqualTo("{\n  \"a\": 1,\n  \"b\": \"new\"\n}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\":[]}       | 0 | {\"a\":[\"new\"]}",
        "{\"a\":[ ]}      | 0 | {\"a\":[\"new\" ]}",
        "{\"a\":[1, 2]}   | 0 | {\"a\":[\"new\",1, 2]}",
        "{\"a\":[1, 2]}   | 1 | {\"a\":[1, \"new\", 2]}",
        "{\"a\":[1, 2 ]}  | 2 | {\"a\":[1, 2, \"new\" ]}",
      })
  void withInserted_anyIndex_movesTheRest(String before, int index, String after) {
    JsonPointer list = JsonPointer.compile("/a");
    JsonDocument inserted = document(before).withInserted(list, index, NEW);

    assertThat(text(inserted)).isEqualTo(after);
    assertThat(text(inserted.without(list.appendIndex(index)))).isEqualTo(before);
  }

  @Test
  void edits_undone_leaveNoTraceInOddText() {
    JsonDocument document = document(ODD);
    JsonDocument edited =
        document
            .with(JsonPointer.compile("/x"), NEW)
            .with(JsonPointer.compile("/y"), NEW)
            .withInserted(JsonPointer.compile("/list"), 0, NEW);

    assertThat(text(edited)).isNotEqualTo(ODD);
    assertThat(
            text(
                edited
                    .without(JsonPointer.compile("/x"))
                    .without(JsonPointer.compile("/list/0"))
                    .without(JsonPointer.compile("/y"))))
        .isEqualTo(ODD);
  }

  @Test
  void with_keySpelledWithEscapes_findsIt() {
    assertThat(text(document(ODD).with(JsonPointer.compile("/key"), NEW)))
        .isEqualTo(ODD.replace("null", "\"new\""));
  }

  @Test
  void without_missingPlace_changesNothing() {
    assertThat(text(document(ODD).without(JsonPointer.compile("/a/b")))).isEqualTo(ODD);
  }

  @Test
  void with_noObjectAroundThePlace_isAMistakeOfTheCaller() {
    assertThatThrownBy(() -> document("{\"a\":1}").with(JsonPointer.compile("/a/b"), NEW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("nothing can be put into '/a' of the test document");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "null",
        "{\"a\":1,\"a\":2}",
        "{\"a\":{\"b\":1,\"\\u0062\":2}}",
        "{} {}",
        "{}x",
        "{\"a\":01}",
        "{\"a\":NaN}",
        "{'a':1}",
        "{\"a\":1,}",
        "{\"a\":\"\n\"}",
        "\uFEFF{}",
        "{\"a\":1e99999999999}",
      })
  void read_notOneStrictJsonObject_namesTheDocument(String text) {
    assertThatThrownBy(() -> document(text))
        .isInstanceOf(ImageFailure.class)
        .hasMessageStartingWith("the test document is not ");
  }

  @Test
  void read_nestedTooDeep_isRefused() {
    assertThatThrownBy(() -> document("{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}"))
        .isInstanceOf(ImageFailure.class)
        .hasMessageContaining("the test document is not valid JSON")
        .hasMessageContaining("nesting depth");
  }

  @Test
  void read_tooLarge_isRefused() {
    assertThatThrownBy(
            () -> JsonDocument.read("test document", new byte[JsonDocument.LIMIT_BYTES + 1]))
        .isInstanceOf(ImageFailure.class)
        .hasMessage("the test document has 16,777,217 bytes; more than 16,777,216 are not read");
  }

  @Test
  void read_notUtf8_isRefused() {
    byte[] latin1 = "{\"a\":\"é\"}".getBytes(StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> JsonDocument.read("test document", latin1))
        .isInstanceOf(ImageFailure.class)
        .hasMessage("the test document is not UTF-8 text");
  }

  private static JsonDocument document(String text) {
    return JsonDocument.read("test document", text.getBytes(StandardCharsets.UTF_8));
  }

  private static String text(JsonDocument document) {
    return new String(document.bytes(), StandardCharsets.UTF_8);
  }
}
