package dev.cvmfs.registry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The table of what real registries do, {@code docs/registries.md}, is the truth: each line names
 * the test classes that have a test of its number, and each number in a test has a line.
 */
class QuirksTableTest {
  private static final int QUIRKS = 44;
  private static final Pattern LINE =
      Pattern.compile("(?m)^\\| *([0-9]+) *\\|[^|]+\\|[^|]+\\| *([A-Za-z`, ]+?) *\\|$");
  private static final Pattern TESTED =
      Pattern.compile("@DisplayName\\(\\s*\"quirks? ([0-9]+(?:, [0-9]+)*): ");

  @Test
  void eachQuirk_hasALineAndTests() throws IOException {
    Map<Integer, Set<String>> tested = tested();

    assertThat(table()).isEqualTo(tested);
    assertThat(tested.keySet())
        .isEqualTo(IntStream.rangeClosed(1, QUIRKS).boxed().collect(Collectors.toSet()));
  }

  /** Test classes by number, as the table has them. */
  private static Map<Integer, Set<String>> table() throws IOException {
    Map<Integer, Set<String>> table = new TreeMap<>();
    String text = Files.readString(project().resolve("docs/registries.md"));
    for (MatchResult line : LINE.matcher(text).results().toList()) {
      Set<String> classes =
          Arrays.stream(line.group(2).split("[`, ]+"))
              .filter(name -> !name.isEmpty())
              .collect(Collectors.toCollection(TreeSet::new));
      assertThat(table.put(Integer.valueOf(line.group(1)), classes))
          .as("another line for " + line.group(1))
          .isNull();
    }
    return table;
  }

  /** Test classes by number, as their sources have them. */
  private static Map<Integer, Set<String>> tested() throws IOException {
    Map<Integer, Set<String>> tested = new TreeMap<>();
    for (String module : List.of("registry-client", "injector-core")) {
      try (Stream<Path> files = Files.walk(project().resolve(module).resolve("src/test/java"))) {
        for (Path file : files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
          String name = file.getFileName().toString().replace(".java", "");
          TESTED
              .matcher(Files.readString(file))
              .results()
              .flatMap(found -> Arrays.stream(found.group(1).split(", ")))
              .forEach(
                  number ->
                      tested
                          .computeIfAbsent(Integer.valueOf(number), key -> new TreeSet<>())
                          .add(name));
        }
      }
    }
    return tested;
  }

  /** Maven runs the tests of a module in its folder. */
  private static Path project() {
    Path here = Path.of("").toAbsolutePath();
    return Files.isDirectory(here.resolve("registry-client")) ? here : here.resolveSibling("");
  }
}
