package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
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
      for (List<String> order : permutations(ruleSet)) {
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
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 500_000; i++) {
            assertThat(specification.includes(inside) && !specification.includes(outside)).isTrue();
          }
        });
  }

  private static void assertAnswersLikeTheObviousEvaluator(List<String> rules) {
    Specification specification = specification(rules);
    Set<String> wanted = UNIVERSE.stream().filter(path -> lastMatch(rules, path)).collect(toSet());
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

  private static boolean lastMatch(List<String> rules, String path) {
    boolean wanted = false;
    for (String rule : rules) {
      String bare = rule.replaceAll("[!^*]", "").replaceAll("/$", "");
      boolean self = path.equals(bare);
      boolean below = path.startsWith(bare + "/");
      boolean child = below && depth(path) == depth(bare) + 1;
      boolean star = rule.endsWith("*");
      if (rule.startsWith("!")) {
        wanted &= !(below || (self && !star));
      } else if (rule.startsWith("^")) {
        wanted |= self || (star && child);
      } else {
        wanted |= self || (star && below);
      }
    }
    return wanted;
  }

  private static String randomRule(Random random) {
    StringBuilder rule = new StringBuilder(List.of("", "", "^", "!").get(random.nextInt(4)));
    int depth = random.nextInt(4);
    for (int i = 0; i < depth; i++) {
      rule.append(random.nextBoolean() ? "/a" : "/b");
    }
    return rule.append(depth == 0 || random.nextBoolean() ? "/*" : "").toString();
  }

  private static Specification specification(List<String> rules) {
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

  private static List<List<String>> permutations(List<String> items) {
    if (items.isEmpty()) {
      return List.of(List.of());
    }
    List<List<String>> all = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      List<String> rest = new ArrayList<>(items);
      String first = rest.remove(i);
      for (List<String> tail : permutations(rest)) {
        List<String> permutation = new ArrayList<>(tail);
        permutation.add(first);
        Collections.reverse(permutation);
        all.add(permutation);
      }
    }
    return all;
  }
}
