package dev.cvmfs.injector.cli;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathResolver;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code stat FQRN[/PATH]}: all that the catalogs say of one file. */
@Command(
    name = "stat",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Tells all there is to know of one file of a CVMFS repository: attributes, content hash,"
          + " objects, extended attributes (hexadecimal).",
      "A symbolic link at the path's end is not followed.",
      ""
    })
final class StatCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "FQRN[/PATH]",
      description = "The repository and a path in it; /cvmfs/ in front does no harm.")
  private String location = "";

  @Mixin private final LookOptions options = new LookOptions();

  StatCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new LookRun(surroundings, options).run(location, this::tell);
  }

  private void tell(Snapshot snapshot, Location wanted) {
    Entry entry = new PathResolver(snapshot).resolve(wanted.path(), false);
    if (options.json()) {
      surroundings.out().println(EntryJson.full(entry));
    } else {
      EntryText.facts(entry).forEach(surroundings.out()::println);
    }
  }
}
