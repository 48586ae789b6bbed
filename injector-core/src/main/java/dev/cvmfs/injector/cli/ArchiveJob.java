package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.injector.archive.ArchiveExport;
import dev.cvmfs.injector.archive.ArchiveFormat;
import dev.cvmfs.injector.archive.ArchiveReport;
import dev.cvmfs.injector.archive.ArchiveRequest;
import dev.cvmfs.injector.archive.SplitExport;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Exports repositories to one file, or to an image. */
final class ArchiveJob {
  private final Surroundings surroundings;
  private final LookOptions look;
  private final ArchiveOptions options;
  private final String target;

  /**
   * @param target as the user wrote it, for messages
   */
  ArchiveJob(Surroundings surroundings, LookOptions look, ArchiveOptions options, String target) {
    this.surroundings = surroundings;
    this.look = look;
    this.options = options;
    this.target = target;
  }

  /** What any export has at hand. */
  private record Local(Conf conf, Snapshots snapshots, Path cache, ConsoleProgress progress) {}

  /** A report for programs and for people. */
  private record Told(String json, String line) {}

  /** What is to be done and told. */
  private interface Work {
    void with(Local local, Consumer<Told> done) throws IOException;
  }

  /** Does it, and returns the exit code. */
  ExitCode toTar(ExportTarget.Tar tar, Wishes wishes) {
    if (tar.file().isPresent()) {
      return toFile(tar.file().get(), () -> options.tar(tar.file()), wishes);
    }
    return tell(
        false,
        (local, done) -> {
          options.splitBy(Optional.empty());
          if (look.json()) {
            throw new ConfFailure("--json and the archive cannot both go to standard output");
          }
          done.accept(
              told(
                  export(local)
                      .toStream(
                          options.tar(Optional.empty()),
                          new CheckedOutput(surroundings.out()),
                          wishes.request(local.conf()))));
        });
  }

  /** Does it, and returns the exit code. */
  ExitCode toSquashfs(ExportTarget.Squashfs squashfs, Wishes wishes) {
    return toFile(squashfs.file(), () -> options.squashfs(surroundings.environment()), wishes);
  }

  /** What can only be said when failures are told. */
  private interface Format {
    ArchiveFormat get() throws IOException;
  }

  private ExitCode toFile(Path file, Format format, Wishes wishes) {
    return tell(
        true,
        (local, done) -> {
          ArchiveRequest request = wishes.request(local.conf());
          ArchiveExport export = export(local);
          Optional<TreePath> splitBy = options.splitBy(Optional.of(file));
          if (splitBy.isPresent()) {
            new SplitExport(export, local.snapshots(), local.progress())
                .run(format.get(), file, splitBy.get(), request, one -> done.accept(told(one)));
          } else {
            done.accept(told(export.toFile(format.get(), file, request)));
          }
        });
  }

  /** Does it, and returns the exit code. */
  ExitCode toDockerArchive(
      ExportTarget.DockerArchive archive, WholeImageOptions image, Wishes wishes) {
    ImageExportJob job = new ImageExportJob(surroundings, image, wishes);
    return tell(
        true,
        (local, done) ->
            done.accept(
                told(
                    job.toDockerArchive(
                        archive.file(), local.conf(), export(local), local.progress()))));
  }

  /** Does it, and returns the exit code. */
  ExitCode toLayout(ExportTarget.OciLayout layout, WholeImageOptions image, Wishes wishes) {
    ImageExportJob job = new ImageExportJob(surroundings, image, wishes);
    return tell(
        true,
        (local, done) -> {
          Report report =
              job.toLayout(
                  layoutName(layout, local.conf()),
                  local.conf(),
                  local.snapshots(),
                  local.cache(),
                  local.progress());
          done.accept(new Told(ReportJson.of(report), ReportText.line(report)));
        });
  }

  private ImageName layoutName(ExportTarget.OciLayout layout, Conf conf) {
    RegistryConf registryConf = RegistryConf.of(conf, surroundings.environment());
    ImageName name = InjectionJob.parse(layout.image(), registryConf).name();
    if (name.digest().isPresent()) {
      throw new ConfFailure("--to %s: an image that is made has no digest yet".formatted(target));
    }
    return name;
  }

  private ArchiveExport export(Local local) {
    return new ArchiveExport(
        local.snapshots(), local.cache(), local.progress(), surroundings.nanoTime());
  }

  private static Told told(ArchiveReport report) {
    return new Told(ArchiveText.json(report), ArchiveText.line(report));
  }

  private ExitCode tell(boolean outIsFree, Work work) {
    boolean json = look.json() && outIsFree;
    Session session =
        new Session(
            surroundings,
            look.verbosity(),
            json,
            outIsFree && !json ? surroundings.out() : surroundings.err());
    return session.guarded(
        (error, code) -> ArchiveText.json(target, error, code),
        () -> {
          Map<String, String> environment = surroundings.environment();
          Conf conf = look.conf(environment);
          session.warnOf(conf);
          Path cache = LookOptions.cache(conf, environment);
          try (Snapshots snapshots = new Snapshots(cache, conf, session.progress())) {
            work.with(
                new Local(conf, snapshots, cache, session.progress()),
                told -> session.result(told.line(), told.json()));
            return ExitCode.OK;
          }
        });
  }

  /**
   * What the command line says of what is wanted.
   *
   * @param again whether to write what is up to date
   * @param sync whether to wait for the disk
   */
  record Wishes(
      List<String> repositories, Optional<Path> specification, boolean again, boolean sync) {
    Wishes {
      repositories = List.copyOf(repositories);
    }

    ArchiveRequest request(Conf conf) {
      return new ArchiveRequest(
          conf, repositories, specification, again, sync, ProgramVersion.text());
    }
  }
}
