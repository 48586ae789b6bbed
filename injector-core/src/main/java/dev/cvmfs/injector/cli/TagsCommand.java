package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.shrinkwrap.cvmfs.Tag;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * {@code tags FQRN}: the named states of a repository. In JSON, a line each:
 *
 * <pre>
 * {"name": "…", "rootHash": "…", "revision": 1, "published": "2026-01-31T12:00:00Z",
 *  "description": "…", "branch": "…"}
 * </pre>
 */
@Command(
    name = "tags",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Lists the named states of a CVMFS repository, the newest first: name, revision, time of"
          + " publication (UTC), root hash, description.",
      "Any of the names can be given to --tag, or to CVMFS_REPOSITORY_TAG in a configuration.",
      ""
    })
final class TagsCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FQRN", description = "The repository.")
  private String location = "";

  @Mixin private final LookOptions options = new LookOptions();

  TagsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new LookRun(surroundings, options)
        .run(location, (snapshot, wanted) -> snapshot.tags().forEach(tag -> print(tag)));
  }

  private void print(Tag tag) {
    if (options.json()) {
      surroundings
          .out()
          .println(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("name", tag.name())
                  .put("rootHash", tag.rootHash().toString())
                  .put("revision", tag.revision())
                  .put("published", tag.published().toString())
                  .put("description", tag.description())
                  .put("branch", tag.branch()));
      return;
    }
    String line =
        "%-24s %8d  %s  %s  %s"
            .formatted(
                ByteString.of(tag.name()),
                tag.revision(),
                tag.published(),
                tag.rootHash(),
                ByteString.of(tag.description()));
    surroundings.out().println(line.stripTrailing());
  }
}
