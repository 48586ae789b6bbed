package dev.cvmfs.injector.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonDiffTest {

  @Test
  void lines_valuesChangedAddedRemoved_areToldByPath() {
    assertThat(
            lines(
                "{\"config\":{\"Labels\":{\"gz\":\"a\",\"old\":null}},\"size\":1,\"x.y\":{\"z\":1}}",
                "{\"size\":2,\"config\":{\"Labels\":{\"gz\":\"b\",\"new\":[]}},\"x.y\":{\"z\":2}}"))
        .containsExactly(
            "config.Labels.gz: \"a\" → \"b\"",
            "config.Labels.old: removed null",
            "config.Labels.new: added []",
            "size: 1 → 2",
            "[\"x.y\"].z: 1 → 2");
  }

  @Test
  void lines_otherOrderAndSpelling_areNoDifference() {
    assertThat(lines("{\"a\":\"<\",\"b\":1}", "{ \"b\": 1, \"a\": \"\\u003c\" }")).isEmpty();
  }

  @Test
  void lines_elementInsertedInTheMiddle_isOneLine() {
    assertThat(lines("{\"a\":[1,2,3]}", "{\"a\":[1,9,2,3]}")).containsExactly("a[1]: added 9");
    assertThat(lines("{\"a\":[1,2,3]}", "{\"a\":[1,3]}")).containsExactly("a[1]: removed 2");
    assertThat(lines("{\"a\":[1,1]}", "{\"a\":[1,1,1]}")).containsExactly("a[2]: added 1");
  }

  @Test
  void lines_elementChangedWithinAnObject_isToldByIndexAndKey() {
    assertThat(
            lines(
                "{\"layers\":[{\"d\":1},{\"d\":2,\"s\":0}]}",
                "{\"layers\":[{\"d\":1},{\"d\":3,\"s\":0}]}"))
        .containsExactly("layers[1].d: 2 → 3");
  }

  @Test
  void lines_whatATerminalWouldObey_isSpelledOut() {
    assertThat(lines("{}", "{\"\u009b2J\":\"\\u001b[2J\u202eevil\u2028\udb40\udc41\"}"))
        .containsExactly("[\"\\u009b2J\"]: added \"\\u001B[2J\\u202eevil\\u2028\\udb40\\udc41\"");
  }

  @Test
  void lines_longValue_isCutAndMeasured() {
    List<String> lines = lines("{}", "{\"a\":\"%s\"}".formatted("x".repeat(5000)));

    assertThat(lines)
        .singleElement()
        .asString()
        .hasSizeLessThan(1100)
        .endsWith("x… (5,002 characters)");
  }

  private static List<String> lines(String before, String after) {
    return JsonDiff.lines(
        before.getBytes(StandardCharsets.UTF_8), after.getBytes(StandardCharsets.UTF_8));
  }
}
