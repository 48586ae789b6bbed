package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Makes several archives of one slice: one for each directory right below a given one, and one for
 * the rest. Each has its own note, so that only those are written anew in which something has
 * changed. All are made from the same state of the repository.
 */
public final class SplitExport {
  private final ArchiveExport export;
  private final Snapshots snapshots;
  private final ProgressListener progress;

  public SplitExport(ArchiveExport export, Snapshots snapshots, ProgressListener progress) {
    this.export = export;
    this.snapshots = snapshots;
    this.progress = progress;
  }

  /**
   * Makes them.
   *
   * @param file the one with the rest; those for directories are beside it
   * @param directory of which the sub-directories get files of their own
   * @param request of one repository
   * @param done told of each archive when it is complete
   * @throws ConfFailure if there is no such directory
   * @throws IOException if the local disk fails
   */
  public void run(
      ArchiveFormat format,
      Path file,
      TreePath directory,
      ArchiveRequest request,
      Consumer<ArchiveReport> done)
      throws IOException {
    List<TreePath> directories = directories(file, directory, request);
    SplitFiles files = new SplitFiles(file);
    for (TreePath each : directories) {
      progress.step(each + ":");
      ArchiveRequest part = request.with(new Portion.Below(each));
      done.accept(export.toFile(format, files.of(each), part));
    }
    progress.step("The rest:");
    done.accept(export.toFile(format, file, request.with(new Portion.Outside(directories))));
  }

  private List<TreePath> directories(Path file, TreePath directory, ArchiveRequest request)
      throws IOException {
    if (request.repositories().size() != 1) {
      throw new ConfFailure(
          "only one repository can be split, but there are %d"
              .formatted(request.repositories().size()));
    }
    String fqrn = request.repositories().get(0);
    Specification wanted = request.wanted(ArchiveNotes.read(file)).of(fqrn);
    Snapshot snapshot = snapshots.snapshot(fqrn);
    if (!(PathLookup.find(snapshot, directory).orElse(null) instanceof Entry.Directory)) {
      throw new ConfFailure(
          "%s cannot be split by %s/*: in revision %d that is no directory"
              .formatted(fqrn, directory.isRoot() ? "" : directory, snapshot.revision()));
    }
    List<TreePath> directories = new ArrayList<>();
    try (EntryCursor entries = PathLookup.list(snapshot, directory, false)) {
      while (entries.hasNext()) {
        if (entries.next() instanceof Entry.Directory child
            && (wanted.includes(child.path()) || wanted.descends(child.path()))) {
          directories.add(child.path());
        }
      }
    }
    return directories;
  }
}
