package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/**
 * The rule tree against an evaluator that is slow and obvious: it tries every rule on every path of
 * a small universe, in which {@code z} is a name that no rule mentions.
 */
class SpecificationLawsTest {
  private static final List<String> UNIVERSE = universe(List.of("a", "b", "z"), 6);
  private static final List<String> WILD_NAMES = List.of("a", "b", "ab", "z");
  private static final int WILD_DEPTH = 5;
  private static final List<String> PATHS =
      UNIVERSE.stream().filter(path -> depth(path) <= 4).toList();

  @Test
  void smallRuleSets_inEveryOrder_answerLikeTheObviousEvaluator() {
    List<List<String>> ruleSets =
        List.of(
            List.of("/a/*", "!/a/b/*", "/a/b/a/*"),
            List.of("!/a/b", "/a/a", "/a/b"),
            List.of("!/a/b/a/b", "/a/b/b", "/a/b/a"),
            List.of("/b", "!/a/b/a", "/a/b"),
            List.of("!/a/b/a", "/a/b/b/b/*"),
            List.of("^/a/*", "/a/b/a", "!/a/b", "/a/b/*"),
            List.of("/a/*", "^/a/b/*", "!/a/b/*", "/a"),
            List.of("/*", "!/a/*", "^/a/*", "!/a/b"),
            List.of("^/*", "!/", "/a/b/a/*", "!/b/*"));
    for (List<String> ruleSet : ruleSets) {
      for (List<String> order : Permutations.of(ruleSet)) {
        assertAnswersLikeTheObviousEvaluator(order);
      }
    }
  }

  @Test
  void randomRuleSets_answerLikeTheObviousEvaluator() {
    Random random = new Random(20_260_813);
    for (int round = 0; round < 400; round++) {
      List<String> rules = new ArrayList<>();
      int count = 1 + random.nextInt(8);
      for (int i = 0; i < count; i++) {
        rules.add(randomRule(random));
      }
      assertAnswersLikeTheObviousEvaluator(rules);
    }
  }

  @Test
  void descends_wheneverAnythingBelowIsIncluded() {
    Random random = new Random(7);
    for (int round = 0; round < 400; round++) {
      List<String> rules = List.of(randomRule(random), randomRule(random), randomRule(random));
      Specification specification = specification(rules);
      for (String path : PATHS) {
        if (specification.includes(treePath(path)) && !path.isEmpty()) {
          TreePath parent = treePath(path).parent();
          assertThat(specification.descends(parent)).as("%s in %s", parent, rules).isTrue();
          assertThat(specification.includes(parent)).as("%s in %s", parent, rules).isTrue();
        }
      }
    }
  }

  @Test
  void fiftyThousandRules_aMillionQuestions_takeSeconds() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      text.append("/sw/lcg/%d/p%d/lib/*\n".formatted(i % 100, i));
    }
    Specification specification = Specification.parse(text.toString().getBytes(UTF_8), "x.spec");
    TreePath inside = TreePath.of("/sw/lcg/42/p4242/lib/python3.11/site-packages/numpy/core.py");
    TreePath outside = TreePath.of("/sw/lcg/42/p4243/lib/python3.11/site-packages/numpy/core.py");

    Assertions.assertTimeout(
        Duration.ofMinutes(5),
        () -> {
          for (int i = 0; i < 500_000; i++) {
            assertThat(specification.includes(inside) && !specification.includes(outside)).isTrue();
          }
        });
  }

  private static void assertAnswersLikeTheObviousEvaluator(List<String> rules) {
    Specification specification = specification(rules);
    Set<String> wanted =
        UNIVERSE.stream().filter(path -> ObviousSpecification.wants(rules, path)).collect(toSet());
    Set<String> onTheWay =
        wanted.stream().flatMap(SpecificationLawsTest::ancestors).collect(toSet());
    for (String path : PATHS) {
      assertThat(specification.includes(treePath(path)))
          .as("includes %s with %s", path, rules)
          .isEqualTo(path.isEmpty() || wanted.contains(path) || onTheWay.contains(path));
      assertThat(specification.descends(treePath(path)))
          .as("descends %s with %s", path, rules)
          .isEqualTo(onTheWay.contains(path));
    }
  }

  private static Stream<String> ancestors(String path) {
    return IntStream.range(0, path.length())
        .filter(i -> path.charAt(i) == '/')
        .mapToObj(i -> path.substring(0, i));
  }

  /**
   * A walk over the universe, in which everything is a directory: what is included, and what was
   * only opened if something below it is included.
   */
  private static Set<String> walk(Specification specification) {
    return walkFrom("", specification);
  }

  private static Set<String> walkFrom(String directory, Specification specification) {
    Set<String> slice = new HashSet<>();
    walk(directory, specification, slice);
    return slice;
  }

  private static boolean walk(String path, Specification specification, Set<String> slice) {
    boolean found = specification.includes(treePath(path));
    if (specification.descends(treePath(path)) && depth(path) < WILD_DEPTH) {
      for (String name : WILD_NAMES) {
        found |= walk(path + "/" + name, specification, slice);
      }
    }
    if (found) {
      slice.add(path);
    }
    return found;
  }

  private static Set<String> obviousSlice(List<String> rules) {
    Set<String> slice = new HashSet<>(Set.of(""));
    for (String path : universe(WILD_NAMES, WILD_DEPTH)) {
      if (ObviousSpecification.wants(rules, path)) {
        slice.add(path);
        ancestors(path).forEach(slice::add);
      }
    }
    return slice;
  }

  @Test
  void randomRulesWithWildcards_giveTheSliceOfTheObviousEvaluator() {
    Random random = new Random(2026);
    for (int round = 0; round < Effort.of(150, 5000); round++) {
      List<String> rules = new ArrayList<>();
      int count = 1 + random.nextInt(6);
      for (int i = 0; i < count; i++) {
        rules.add(randomWildRule(random));
      }
      assertThat(walk(specification(rules))).as("%s", rules).isEqualTo(obviousSlice(rules));
    }
  }

  private static String randomWildRule(Random random) {
    List<String> parts = List.of("a", "b", "ab", "*", "?", "a*", "*b", "?b", "**");
    StringBuilder rule = new StringBuilder(List.of("", "", "^", "!", "!").get(random.nextInt(5)));
    int depth = 1 + random.nextInt(3);
    boolean ordinary = random.nextInt(3) == 0;
    for (int i = 0; i < depth; i++) {
      rule.append('/').append(parts.get(random.nextInt(ordinary ? 3 : parts.size())));
    }
    // A slash at the end keeps a star from being the mark.
    return rule.append(random.nextBoolean() ? "/*" : "/").toString();
  }

  @Test
  void coverage_equal_ifAndOnlyIfTheAnswersAre() {
    Random random = new Random(11);
    int same = 0;
    for (int round = 0; round < Effort.of(800, 20_000); round++) {
      List<String> one = List.of(randomRule(random), randomRule(random), randomRule(random));
      List<String> two = new ArrayList<>(one);
      two.set(random.nextInt(3), randomRule(random));
      String directory = PATHS.get(random.nextInt(12));
      boolean equalAnswers =
          answers(specification(one), directory).equals(answers(specification(two), directory));
      boolean equalCoverage =
          specification(one)
              .coverage(treePath(directory))
              .equals(specification(two).coverage(treePath(directory)));
      assertThat(equalCoverage).as("%s and %s at %s", one, two, directory).isEqualTo(equalAnswers);
      same += equalCoverage ? 1 : 0;
    }
    assertThat(same).isGreaterThan(80);
  }

  @Test
  void coverage_withWildcards_neverEqualIfTheSlicesDiffer() {
    Random random = new Random(12);
    int same = 0;
    for (int round = 0; round < Effort.of(800, 20_000); round++) {
      List<String> one = List.of(randomWildRule(random), randomWildRule(random));
      List<String> two = new ArrayList<>(one);
      two.set(random.nextInt(2), randomWildRule(random));
      String directory = PATHS.get(random.nextInt(12));
      if (specification(one)
          .coverage(treePath(directory))
          .equals(specification(two).coverage(treePath(directory)))) {
        assertThat(walkFrom(directory, specification(one)))
            .as("%s and %s at %s", one, two, directory)
            .isEqualTo(walkFrom(directory, specification(two)));
        same++;
      }
    }
    assertThat(same).isGreaterThan(40);
  }

  /** All answers for a directory and what is below it. */
  private static List<String> answers(Specification specification, String directory) {
    return UNIVERSE.stream()
        .filter(path -> path.equals(directory) || path.startsWith(directory + "/"))
        .map(
            path ->
                "%s %s %s"
                    .formatted(
                        path,
                        specification.includes(treePath(path)),
                        specification.descends(treePath(path))))
        .toList();
  }

  private static String randomRule(Random random) {
    StringBuilder rule = new StringBuilder(List.of("", "", "^", "!").get(random.nextInt(4)));
    int depth = random.nextInt(4);
    for (int i = 0; i < depth; i++) {
      rule.append(random.nextBoolean() ? "/a" : "/b");
    }
    return rule.append(depth == 0 || random.nextBoolean() ? "/*" : "").toString();
  }

  private static SpecificationFile specification(List<String> rules) {
    return Specification.parse(String.join("\n", rules).getBytes(UTF_8), "x.spec");
  }

  private static TreePath treePath(String path) {
    return TreePath.of(path);
  }

  private static int depth(String path) {
    return (int) path.chars().filter(c -> c == '/').count();
  }

  private static List<String> universe(List<String> names, int depth) {
    List<String> paths = new ArrayList<>(List.of(""));
    for (int i = 0; i < paths.size(); i++) {
      if (depth(paths.get(i)) < depth) {
        for (String name : names) {
          paths.add(paths.get(i) + "/" + name);
        }
      }
    }
    return paths;
  }
}
