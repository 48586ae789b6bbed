package dev.cvmfs.injector.cli;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathResolver;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ls FQRN[/PATH]}: the files in a directory of a repository. */
@Command(
    name = "ls",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Lists a directory of a CVMFS repository, without mounting it.",
      "Bytes of names that are not printable UTF-8 are shown as \\xNN.",
      ""
    })
final class LsCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "FQRN[/PATH]",
      description = "The repository and a path in it; /cvmfs/ in front does no harm.")
  private String location = "";

  @Option(
      names = "-l",
      description =
          "Tell mode, owner, group, size, time (UTC) and target as well; a symbolic link is shown"
              + " and not followed.")
  private boolean longFormat;

  @Option(names = "-R", description = "Go into directories.")
  private boolean recursive;

  @Mixin private final LookOptions options = new LookOptions();

  LsCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new LookRun(surroundings, options).run(location, this::list);
  }

  private void list(Snapshot snapshot, Location wanted) {
    Entry entry = new PathResolver(snapshot).resolve(wanted.path(), !longFormat);
    if (!(entry instanceof Entry.Directory)) {
      print(entry, entry.path().parent());
      return;
    }
    try (EntryCursor entries = PathLookup.list(snapshot, entry.path(), recursive)) {
      while (entries.hasNext() && !surroundings.out().checkError()) {
        print(entries.next(), entry.path());
      }
    }
  }

  private void print(Entry entry, TreePath directory) {
    if (options.json()) {
      surroundings.out().println(EntryJson.brief(entry));
      return;
    }
    byte[] path = entry.path().bytes();
    byte[] below = Arrays.copyOfRange(path, directory.bytes().length + 1, path.length);
    String name = ByteString.of(below).toString();
    surroundings.out().println(longFormat ? EntryText.line(entry, name) : name);
  }
}
