package dev.cvmfs.injector.cli;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathResolver;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code cat FQRN/PATH}: a file's bytes, each of them checked before it is written. */
@Command(
    name = "cat",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Writes a file of a CVMFS repository to stdout, byte for byte, without mounting it.",
      "Only what was checked against the signed catalog is written.",
      ""
    })
final class CatCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "FQRN/PATH",
      description = "The repository and a file in it; /cvmfs/ in front does no harm.")
  private String location = "";

  @Option(
      names = "--no-follow",
      description = "Refuse if the path names a symbolic link, instead of following it.")
  private boolean noFollow;

  @Mixin private final LookOptions options = new LookOptions();

  CatCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new LookRun(surroundings, options).run(location, this::write);
  }

  private void write(Snapshot snapshot, Location wanted) throws IOException {
    Entry entry = new PathResolver(snapshot).resolve(wanted.path(), !noFollow);
    if (entry instanceof Entry.RegularFile file) {
      try (InputStream content = FileContent.open(snapshot.objects(), file)) {
        content.transferTo(new CheckedOutput(surroundings.out()));
      }
      return;
    }
    throw new CvmfsFailure.Data(
        "%s in %s is not a file with content, but a %s"
            .formatted(entry.path(), snapshot.fqrn(), EntryText.type(entry)));
  }
}
