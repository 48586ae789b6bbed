package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.posix.ExportCounters;
import dev.cvmfs.shrinkwrap.posix.ExportOptions;
import dev.cvmfs.shrinkwrap.posix.ExportReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code export FQRN... -c CONF --spec SPEC --to TARGET}: a slice as files, or as one file. */
@Command(
    name = "export",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Exports the files that a specification asks for, from CVMFS to a folder or to a single file;"
          + " or, where it has been exported before, brings it up to date. Trees that the original"
          + " cvmfs_shrinkwrap made are taken over.",
      "The target changes only when everything that is new has arrived and has been verified.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  cvmfs_shrinkwrap export sft.cern.ch -c my.conf --spec my.spec --to /export/cvmfs",
      "  cvmfs_shrinkwrap export sft.cern.ch -c my.conf --spec my.spec --to tar:sft.tar.gz",
      "  cvmfs_shrinkwrap export sft.cern.ch -c my.conf --spec my.spec --to squashfs:sft.squashfs",
      "  cvmfs_shrinkwrap export sft.cern.ch -c my.conf --spec my.spec --to oci:images:sft --from"
          + " debian:12"
    })
final class ExportCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "FQRN", arity = "1..*", description = "The repositories.")
  private List<String> repositories = List.of();

  @Option(
      names = "--to",
      paramLabel = "TARGET",
      required = true,
      description =
          "Where to: a folder, as DIR or dir:DIR; or tar:FILE, which is compressed as its name says"
              + " (.tar, .tar.gz, .tar.zst), and tar:- for standard output; or squashfs:FILE; or an"
              + " image, as oci:DIR[:TAG] or docker-archive:FILE.")
  private String target = "";

  @Option(
      names = "--spec",
      paramLabel = "FILE",
      description =
          "Specification: which part of the repository is wanted. A folder: FQRN.spec in there. By"
              + " default the one that the target was exported with, else FQRN.spec.")
  private Optional<Path> specification = Optional.empty();

  @Option(
      names = "--compat",
      description =
          "Read the specification as the original cvmfs_shrinkwrap does. The export's own copy of"
              + " it then begins with the line #!compat, which means the same in any"
              + " specification.")
  private boolean compat;

  @Option(
      names = "--gc-older-than",
      paramLabel = "N",
      description = "Remove those that have not been in use for N revisions.")
  private Optional<Long> garbageOlderThan = Optional.empty();

  @Option(names = "--no-chown", description = "Leave all files to whoever runs this, also as root.")
  private boolean noOwners;

  @Option(
      names = "--check",
      description =
          "Look at every file, also in parts of the repository that have not changed since the last"
              + " export; write an archive even if it is up to date.")
  private boolean check;

  @Option(
      names = "--no-sync",
      description =
          "Do not wait for the disk. Faster; but files may be torn if the machine goes down.")
  private boolean noSync;

  @Mixin private final FolderOptions folderOptions = new FolderOptions();
  @Mixin private final ArchiveOptions archive = new ArchiveOptions();
  @Mixin private final WholeImageOptions image = new WholeImageOptions();
  @Mixin private final LookOptions look = new LookOptions();

  ExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return ExportTarget.parse(target).visit(new Export()).number();
  }

  /** What is to be done for each kind of target; options that are for others are refused. */
  private final class Export implements ExportTarget.Visitor<ExitCode> {

    @Override
    public ExitCode folder(ExportTarget.Folder folder) {
      if (archive.isAny() || image.isAny()) {
        throw new ConfFailure(
            "%s is a folder, but there are options for archives or images".formatted(target));
      }
      return toFolder(options(folder));
    }

    @Override
    public ExitCode tar(ExportTarget.Tar tar) {
      requireForArchives();
      return job().toTar(tar, wishes());
    }

    @Override
    public ExitCode squashfs(ExportTarget.Squashfs squashfs) {
      requireForArchives();
      return job().toSquashfs(squashfs, wishes());
    }

    @Override
    public ExitCode layout(ExportTarget.OciLayout layout) {
      requireForImages();
      if (check || noSync) {
        throw new ConfFailure(
            "--check and --no-sync are for folders and files, and %s is an OCI layout: it is compared at every run, and always written to the disk"
                .formatted(target));
      }
      return job().toLayout(layout, image, wishes());
    }

    @Override
    public ExitCode dockerArchive(ExportTarget.DockerArchive dockerArchive) {
      requireForImages();
      return job().toDockerArchive(dockerArchive, image, wishes());
    }
  }

  private ArchiveJob job() {
    return new ArchiveJob(surroundings, look, archive, target);
  }

  private ArchiveJob.Wishes wishes() {
    return new ArchiveJob.Wishes(repositories, specification, check, !noSync);
  }

  private void requireForArchives() {
    if (image.isAny()) {
      throw new ConfFailure(
          "%s is an archive, but there are options for images alone".formatted(target));
    }
    requireNoneForFolders();
  }

  private void requireForImages() {
    if (archive.isAny()) {
      throw new ConfFailure(
          "%s is an image, but there are options for archives alone".formatted(target));
    }
    requireNoneForFolders();
  }

  /** What is for folders alone must not be taken for done. */
  private void requireNoneForFolders() {
    if (compat) {
      throw new ConfFailure(
          "--compat is for folders, and %s is none; write #!compat into the first line of the specification instead"
              .formatted(target));
    }
    if (folderOptions.garbage()
        || garbageOlderThan.isPresent()
        || noOwners
        || folderOptions.threads().isPresent()) {
      throw new ConfFailure(
          "-g, --gc-older-than, --no-chown and -j are for folders, and %s is an archive"
              .formatted(target));
    }
  }

  private ExitCode toFolder(ExportOptions options) {
    Session session = look.session(surroundings);
    ExitCode first = ExitCode.OK;
    for (String fqrn : repositories) {
      ExitCode code =
          session.guarded(fqrn, Session.about("fqrn", fqrn), () -> one(fqrn, options, session));
      first = first == ExitCode.OK ? code : first;
    }
    return first;
  }

  private ExitCode one(String fqrn, ExportOptions options, Session session) throws IOException {
    Conf conf = look.conf(surroundings.environment());
    session.warnOf(conf);
    ExportCounters statistics = new ExportCounters();
    ExportReport report =
        new ExportJob(surroundings, session.console(), conf, options, specification, compat)
            .fromCvmfs(fqrn, statistics);
    report.notes().forEach(note -> session.console().problem("note: " + fqrn + ": " + note));
    session.result(ExportText.line(report, statistics), ExportText.json(report, statistics));
    return ExitCode.OK;
  }

  private ExportOptions options(ExportTarget.Folder folder) {
    ExportOptions options =
        ExportOptions.into(folder.base(), ProgramVersion.text())
            .withOwners(!noOwners)
            .withCheck(check ? ExportOptions.Check.ALL : ExportOptions.Check.CHANGED)
            .withSync(!noSync)
            .withGarbage(garbage());
    if (folderOptions.threads().isPresent()) {
      options = options.withThreads(atLeastOne(folderOptions.threads().get()));
    }
    return options;
  }

  private OptionalLong garbage() {
    if (folderOptions.garbage()) {
      return OptionalLong.of(0);
    }
    return garbageOlderThan.isPresent()
        ? OptionalLong.of(garbageOlderThan.get())
        : OptionalLong.empty();
  }

  static int atLeastOne(int threads) {
    if (threads < 1) {
      throw new ConfFailure("-j %d: at least one thread is needed".formatted(threads));
    }
    return threads;
  }
}
