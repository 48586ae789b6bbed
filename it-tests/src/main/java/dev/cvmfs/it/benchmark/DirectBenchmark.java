package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.CommandLine;
import dev.cvmfs.it.RealPart;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How long it takes to have a slice as one file: directly, and by way of a folder that is then
 * packed with {@code mksquashfs}, or with {@code tar} and {@code gzip} or {@code zstd}. All content
 * is in the cache, so that no server is measured; all in the folder for temporary files.
 */
final class DirectBenchmark {
  private static final String FQRN = "direct.example.org";
  private static final int IN_A_DIRECTORY = 100;
  private static final int IN_A_CATALOG = 1000;

  /**
   * How much of everything.
   *
   * @param kilobytes of each file
   */
  record Size(int runs, int files, int kilobytes) {
    static Size of(Options options) {
      return new Size(
          options.number("runs", 3),
          options.number("files", 10_000),
          options.number("kilobytes", 40));
    }
  }

  private final Size size;
  private final Path folder;
  private final Path specification;
  private final Results results = new Results();

  private DirectBenchmark(Size size, Path folder) throws IOException {
    this.size = size;
    this.folder = folder;
    this.specification = Files.writeString(folder.resolve("all.spec"), "/*\n");
  }

  static void run(Size size, PrintStream out) throws IOException {
    Path folder = Files.createTempDirectory("benchmark");
    try {
      new DirectBenchmark(size, folder).run(out);
    } finally {
      Command.of("rm", "-rf", folder.toString()).run().orThrow();
    }
  }

  private void run(PrintStream out) throws IOException {
    publish();
    boolean squashfs =
        RealPart.TAR2SQFS.find().isPresent() && RealPart.MKSQUASHFS.find().isPresent();
    if (!squashfs) {
      out.println("without squashfs: tar2sqfs and mksquashfs are not both installed\n");
    }
    try (StaticServer server = StaticServer.start(folder, List.of(FQRN))) {
      Path conf = conf(server);
      out.printf(
          "%,d files of %d KB, all in the cache, to %s; %d runs; seconds%n%n",
          size.files(), size.kilobytes(), folder, size.runs());
      export(conf, "tar:" + folder.resolve("warm.tar"));
      for (int run = 0; run < size.runs(); run++) {
        measure(conf, squashfs);
      }
    }
    results.print(out);
    compare(out, ".tar.gz", "tar, gzip");
    compare(out, ".tar.zst", "tar, zstd");
    if (squashfs) {
      compare(out, "squashfs", "mksquashfs");
    }
  }

  private void publish() throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            folder.resolve("cvmfs").resolve(FQRN), PublisherOptions.named(FQRN));
    Tree tree = new Tree();
    for (int i = 0; i < size.files(); i++) {
      tree.file(
          TreePath.of("/c%d/d%d/f%d".formatted(i / IN_A_CATALOG, i / IN_A_DIRECTORY, i)),
          MadeUpContent.library(i, size.kilobytes() * 1000L));
    }
    for (int i = 0; i < size.files(); i += IN_A_CATALOG) {
      tree.directory("/c" + i / IN_A_CATALOG).nestedCatalog();
    }
    publisher.publish(tree);
  }

  private Path conf(StaticServer server) throws IOException {
    return Files.writeString(
        folder.resolve("my.conf"),
        "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\nOCI_CACHE=%s\n"
            .formatted(
                server.urlTemplate(),
                folder.resolve("cvmfs").resolve(FQRN).resolve(FQRN + ".pub"),
                folder.resolve("cache")));
  }

  private void measure(Path conf, boolean squashfs) throws IOException {
    Path work = Files.createTempDirectory(folder, "run");
    Path base = work.resolve("export");
    time("export to a folder", () -> export(conf, "dir:" + base));
    Path tree = base.resolve(FQRN);
    time("direct: .tar", () -> export(conf, "tar:" + work.resolve("direct.tar")));
    time("direct: .tar.gz", () -> export(conf, "tar:" + work.resolve("direct.tar.gz")));
    time("pack: tar, gzip", () -> tar(tree, work.resolve("packed.tar.gz"), "gzip -n"));
    time("direct: .tar.zst", () -> export(conf, "tar:" + work.resolve("direct.tar.zst")));
    time("pack: tar, zstd", () -> tar(tree, work.resolve("packed.tar.zst"), "zstd -q -T0"));
    if (squashfs) {
      time("direct: squashfs", () -> export(conf, "squashfs:" + work.resolve("direct.squashfs")));
      time("pack: mksquashfs", () -> mksquashfs(tree, work.resolve("packed.squashfs")));
    }
    time("nothing new: .tar.gz", () -> export(conf, "tar:" + work.resolve("direct.tar.gz")));
    Command.of("rm", "-rf", work.toString()).run().orThrow();
  }

  private void time(String what, Runnable work) {
    long start = System.nanoTime();
    work.run();
    results.add(what, (System.nanoTime() - start) / 1e9);
  }

  private void export(Path conf, String target) {
    CommandLine.program().run(arguments(conf, target).toArray(String[]::new)).orThrow();
  }

  private List<String> arguments(Path conf, String target) {
    List<String> arguments = new ArrayList<>(List.of("export", FQRN, "-c", conf.toString()));
    Collections.addAll(arguments, "--spec", specification.toString(), "--to", target);
    return arguments;
  }

  private static void tar(Path tree, Path archive, String compressor) {
    Command.of(RealPart.TAR.path(), "--create", "--format=posix", "--xattrs", "--numeric-owner")
        .and("--use-compress-program", compressor, "--file", archive.toString())
        .and("-C", tree.toString(), ".")
        .run()
        .orThrow();
  }

  private static void mksquashfs(Path tree, Path file) {
    Command.of(RealPart.MKSQUASHFS.path(), tree.toString(), file.toString())
        .and("-quiet", "-no-progress")
        .run()
        .orThrow();
  }

  private void compare(PrintStream out, String direct, String packed) {
    double detour = results.median("export to a folder") + results.median("pack: " + packed);
    out.printf(
        "%n%s: directly %.1f s, by way of a folder %.1f s: %.1f times as long%n",
        direct,
        results.median("direct: " + direct),
        detour,
        detour / results.median("direct: " + direct));
  }
}
