package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtentTest {
  private static final List<String> PATHS = paths();

  @ParameterizedTest
  @CsvSource({
    "/a/*|/a/b|/a/c/*, /a/*",
    "/b|/a|/a, /a|/b",
    "/a/*|!/a/b|/a/b/*, /a/*",
    "/a/*|!/a/b/*|/a/b/c/*, /a/*|!/a/b/*|/a/b/c/*",
    "^/a/*|/a/b/c, ^/a/*|/a/b/c",
    "/a/*|!/a/b|^/a/b/*, /a/*|!/a/b/*|^/a/b/*",
    "/*|!/a, /*|!/a",
    "!/a|/b, /b",
    "'', ''",
  })
  void text_isTheFewestLines(String lines, String fewest) {
    String expected = fewest.isEmpty() ? "" : fewest.replace('|', '\n') + "\n";

    assertThat(new String(extent(lines).text(), UTF_8)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "/a/*, /a/b, /a/*",
    "/a/*|!/a/b, /a/b/c, /a/*|!/a/b|/a/b/c",
    "/a/*|!/a/b/*, /*|!/a, /*|!/a/b/*",
    "^/a/*, /a/b/*, ^/a/*|/a/b/*",
  })
  void or_wantsWhatEitherWants(String one, String two, String both) {
    assertThat(new String(extent(one).or(extent(two)).text(), UTF_8))
        .isEqualTo(both.replace('|', '\n') + "\n");
  }

  @Test
  void differences_areToldOnceForWhatLiesBelow() {
    assertThat(extent("/a/*|/b/c").differences(extent("/a/*|!/a/x/*|/b/*|!/b/d")))
        .containsExactly(
            difference("/a/x", Extent.Level.TREE, Extent.Level.ENTRY),
            difference("/b", Extent.Level.NOTHING, Extent.Level.TREE),
            difference("/b/c", Extent.Level.ENTRY, Extent.Level.TREE),
            difference("/b/d", Extent.Level.NOTHING, Extent.Level.NOTHING));
    assertThat(extent("/a|/b/*").differences(extent("/b/*|/b/c|/a"))).isEmpty();
  }

  private static Extent.Difference difference(String path, Extent.Level left, Extent.Level right) {
    return new Extent.Difference(TreePath.of(path), left, right);
  }

  @Test
  void randomSpecifications_textUnionAndDifferences_agreeWithTheAnswers() {
    Random random = new Random(99);
    for (int round = 0; round < Effort.of(500, 20_000); round++) {
      String one = randomLines(random);
      String two = randomLines(random);
      assertThat(wanted(new String(extent(one).text(), UTF_8))).as(one).isEqualTo(wanted(one));
      List<String> either = new ArrayList<>(wanted(one));
      either.addAll(wanted(two));
      assertThat(wanted(new String(extent(one).or(extent(two)).text(), UTF_8)))
          .as("%s or %s", one, two)
          .containsExactlyInAnyOrderElementsOf(either.stream().distinct().toList());
      assertThat(extent(one).differences(extent(two)).isEmpty())
          .as("%s and %s", one, two)
          .isEqualTo(wanted(one).equals(wanted(two)));
    }
  }

  @Test
  void wildcards_areRefusedWithTheirLine() {
    assertThatThrownBy(() -> extent("/a/*|/b/*.so/"))
        .isInstanceOf(SpecFailure.class)
        .hasMessageStartingWith("x.spec:2: ");
  }

  /** The paths that a line asks for, without those on the way. */
  private static List<String> wanted(String lines) {
    SpecificationFile specification = specification(lines);
    return PATHS.stream().filter(path -> specification.deciding(TreePath.of(path)) > 0).toList();
  }

  private static String randomLines(Random random) {
    StringBuilder lines = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      lines.append(List.of("", "", "^", "!").get(random.nextInt(4)));
      for (int depth = 1 + random.nextInt(3); depth > 0; depth--) {
        lines.append(random.nextBoolean() ? "/a" : "/b");
      }
      lines.append(random.nextBoolean() ? "/*" : "").append('\n');
    }
    return lines.toString();
  }

  /** All paths of the names that rules use and one more, but the root. */
  private static List<String> paths() {
    List<String> paths = new ArrayList<>(List.of(""));
    for (int i = 0; i < paths.size(); i++) {
      if (paths.get(i).length() < 10) {
        for (String name : List.of("/a", "/b", "/z")) {
          paths.add(paths.get(i) + name);
        }
      }
    }
    return paths.subList(1, paths.size());
  }

  private static Extent extent(String lines) {
    return Extent.of(specification(lines));
  }

  private static SpecificationFile specification(String lines) {
    return Specification.parse(lines.replace('|', '\n').getBytes(UTF_8), "x.spec");
  }
}
