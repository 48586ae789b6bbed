package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table in {@code docs/specification.md}, so that it stays true. */
class SpecificationDocumentTest {
  private static final Path DOCUMENT = Path.of("../docs/specification.md");
  private static final String HEAD = "| rules, in this order | in the slice | not in it |";
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");

  private record Row(List<String> rules, List<String> included, List<String> notIncluded) {}

  static Stream<Row> table() throws IOException {
    return Files.readAllLines(DOCUMENT, UTF_8).stream()
        .dropWhile(line -> !line.equals(HEAD))
        .skip(2)
        .takeWhile(line -> line.startsWith("|"))
        .map(line -> line.split("\\|", -1))
        .map(cells -> new Row(codes(cells[1]), codes(cells[2]), codes(cells[3])));
  }

  private static List<String> codes(String cell) {
    List<String> codes = new ArrayList<>();
    Matcher matcher = CODE.matcher(cell);
    while (matcher.find()) {
      codes.add(String.valueOf(matcher.group(1)));
    }
    return codes;
  }

  @ParameterizedTest
  @MethodSource("table")
  void row_ofTheTable_isTrue(Row row) {
    Specification specification =
        Specification.parse(String.join("\n", row.rules()).getBytes(UTF_8), "table.spec");

    assertThat(row.included()).isNotEmpty().allMatch(path -> specification.includes(path(path)));
    assertThat(row.notIncluded())
        .isNotEmpty()
        .noneMatch(path -> specification.includes(path(path)));
  }

  private static TreePath path(String path) {
    return path.equals("/") ? TreePath.ROOT : TreePath.of(path);
  }
}
