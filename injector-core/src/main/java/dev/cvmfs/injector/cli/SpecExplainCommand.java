package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.spec.Explanation;
import dev.cvmfs.shrinkwrap.spec.Reading;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * {@code spec explain FILE PATH...}: which line decides about a path. In JSON, a line for each
 * path:
 *
 * <pre>
 * {"path": "/a/b", "included": true, "onlyIfSomethingBelow": false,
 *  "decidedBy": {"line": 1, "text": "/a/*"}, "onTheWayTo": {…}, "matching": [{…}]}
 * </pre>
 *
 * {@code decidedBy} is missing where no line matches, {@code onTheWayTo} unless it is why a
 * directory is included.
 */
@Command(
    name = "explain",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {"Tells whether a specification includes paths, and which line decides.", ""})
final class SpecExplainCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Parameters(index = "0", paramLabel = "FILE", description = "The specification.")
  private Path file;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "PATH",
      description = "Paths from the repository's root, such as /bin/hello.")
  private List<String> paths = List.of();

  @Option(
      names = "--compat",
      description =
          "Read the specification as the original cvmfs_shrinkwrap does, as far as it ever ends.")
  private boolean compat;

  @Option(names = "--json", description = "Print JSON: one object a line.")
  private boolean json;

  SpecExplainCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws Exception {
    SpecificationFile specification =
        SpecificationFile.read(file, compat ? Reading.ORIGINAL : Reading.LAST_MATCH);
    List<TreePath> wanted = new ArrayList<>();
    for (String path : paths) {
      wanted.add(path(path));
    }
    for (TreePath path : wanted) {
      Explanation explanation = specification.explain(path);
      if (json) {
        surroundings.out().println(json(explanation));
      } else {
        surroundings.out().println(text(explanation));
      }
    }
    return ExitCode.OK.number();
  }

  private static TreePath path(String text) {
    String bare = text.replaceAll("/+", "/").replaceAll("/$", "");
    try {
      return TreePath.of(bare.isEmpty() || bare.startsWith("/") ? bare : "/" + bare);
    } catch (IllegalArgumentException e) {
      throw new ConfFailure("'%s': %s".formatted(text, e.getMessage()), e);
    }
  }

  private String text(Explanation explanation) {
    StringBuilder text = new StringBuilder().append(explanation.path()).append(' ');
    if (explanation.onTheWayTo().isPresent()) {
      text.append(
          explanation.onlyIfSomethingBelow()
              ? "is included if something below it is: "
              : "is included as a directory on the way: ");
      text.append(says(explanation.onTheWayTo().get()));
    } else {
      text.append(explanation.included() ? "is included: " : "is not included: ");
      text.append(explanation.decidedBy().map(this::says).orElse(unasked(explanation)));
    }
    List<Explanation.Line> others = new ArrayList<>(explanation.matching());
    explanation.decidedBy().ifPresent(others::remove);
    if (!others.isEmpty()) {
      text.append("\n  other lines that match: ");
      text.append(
          others.stream()
              .map(line -> "%d (%s)".formatted(line.number(), line.text()))
              .collect(Collectors.joining(", ")));
    }
    return text.toString();
  }

  private static String unasked(Explanation explanation) {
    return explanation.path().isRoot() ? "the root always is" : "no line matches it";
  }

  private String says(Explanation.Line line) {
    return "%s:%d says %s".formatted(file, line.number(), line.text());
  }

  private static ObjectNode json(Explanation explanation) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("path", explanation.path().toString());
    json.put("included", explanation.included());
    json.put("onlyIfSomethingBelow", explanation.onlyIfSomethingBelow());
    put(json, "decidedBy", explanation.decidedBy());
    put(json, "onTheWayTo", explanation.onTheWayTo());
    explanation.matching().forEach(line -> fill(json.withArray("matching").addObject(), line));
    return json;
  }

  private static void put(ObjectNode json, String field, Optional<Explanation.Line> line) {
    line.ifPresent(there -> fill(json.putObject(field), there));
  }

  private static void fill(ObjectNode json, Explanation.Line line) {
    json.put("line", line.number()).put("text", line.text());
  }
}
