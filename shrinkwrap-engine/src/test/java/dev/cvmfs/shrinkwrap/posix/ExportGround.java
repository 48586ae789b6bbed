package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryKeys;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.source.SnapshotTree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A repository that tests publish, and folders that they export it to. */
public final class ExportGround implements AutoCloseable {
  public static final String FQRN = "export.example.org";

  private final PosixCalls calls = PosixCalls.ofThisSystem();
  private final Path folder;
  private final PublisherOptions publishing;
  private final RepositoryPublisher publisher;
  private String specification = "/*\n";
  private String boot = "boot one";

  public ExportGround(Path folder, PublisherOptions publishing, RepositoryKeys keys)
      throws IOException {
    this.folder = folder;
    this.publishing = publishing;
    this.publisher = new RepositoryPublisher(folder.resolve("repository"), publishing, keys);
  }

  public static ExportGround in(Path folder) throws IOException {
    return in(folder, PublisherOptions.named(FQRN));
  }

  static ExportGround in(Path folder, PublisherOptions publishing) throws IOException {
    return new ExportGround(
        folder,
        publishing,
        RepositoryKeys.generate(publishing.fqrn(), publishing.clock().instant()));
  }

  public Revision publish(Tree tree) throws IOException {
    return publisher.publish(tree);
  }

  PosixCalls calls() {
    return calls;
  }

  Path repository() {
    return publisher.directory();
  }

  boolean isRoot() {
    return calls.effectiveUser() == 0;
  }

  /** What is exported from now on. */
  void specification(String text) {
    specification = text;
  }

  /** As if the machine had been started again. */
  void reboot() {
    boot = "boot two";
  }

  public ExportOptions into(String name) {
    // Waiting for the disk makes no difference to what comes out.
    return ExportOptions.into(folder.resolve(name), "test 1").withThreads(3).withSync(false);
  }

  public ExportReport export(ExportOptions options) throws IOException {
    return export(options, new ExportCounters());
  }

  ExportReport export(ExportOptions options, ExportCounters statistics) throws IOException {
    return export(options, statistics, calls);
  }

  /** By other system calls than the usual ones. */
  ExportReport export(ExportOptions options, ExportCounters statistics, PosixCalls otherCalls)
      throws IOException {
    try (CvmfsClient client = client();
        Snapshot snapshot = client.open(settings())) {
      return new Exporter(otherCalls, boot)
          .export(new SnapshotTree(snapshot), specification(), options, statistics);
    }
  }

  public List<Finding> verify(ExportOptions options) throws IOException {
    List<Finding> findings = new ArrayList<>();
    try (CvmfsClient client = client();
        Snapshot snapshot = client.open(settings())) {
      new Verifier(calls)
          .verify(new SnapshotTree(snapshot), specification(), options, findings::add);
    }
    return findings;
  }

  private Specification specification() {
    return Specification.parse(specification.getBytes(StandardCharsets.UTF_8), "test.spec");
  }

  private CvmfsClient client() throws IOException {
    return new CvmfsClient(
        folder.resolve("cache"),
        publishing.clock(),
        new Random(1),
        wait -> {},
        Map.of(),
        "cvmfs test");
  }

  private CvmfsConf settings() {
    Map<String, String> settings =
        Map.of(
            "CVMFS_SERVER_URL",
            "file://" + publisher.directory(),
            "CVMFS_PUBLIC_KEY",
            publisher.masterKey().toString());
    return CvmfsConf.of(Conf.of(settings, "test"), publishing.fqrn());
  }

  /** Everything that can be seen of an exported tree, by path. */
  public Map<TreePath, String> look(ExportOptions options) throws IOException {
    Map<TreePath, String> seen = new TreeMap<>();
    MountedTree tree =
        new MountedTree(calls, publishing.fqrn(), options.base().resolve(publishing.fqrn()));
    Specification everything =
        Specification.parse("/*\n".getBytes(StandardCharsets.UTF_8), "all.spec");
    try (EntryCursor entries = tree.walk(everything, CatalogGate.OPEN)) {
      entries.forEachRemaining(entry -> seen.put(entry.path(), Description.of(entry)));
    }
    return seen;
  }

  /** The files of the store, and how many links each has. */
  public Map<String, Long> store(ExportOptions options) throws IOException {
    Map<String, Long> links = new TreeMap<>();
    Layout layout = layout(options);
    new StoreScan(calls, layout)
        .forEach(
            (name, inode) ->
                links.put(name, calls.status(layout.object(name)).orElseThrow().links()));
    return links;
  }

  public boolean hasGarbage(ExportOptions options) {
    return Files.exists(layout(options).garbage().resolve(publishing.fqrn()));
  }

  Layout layout(ExportOptions options) {
    return options.layout(publishing.fqrn());
  }

  ByteString visible(ExportOptions options, String path) {
    return layout(options).visible(TreePath.of(path));
  }

  /** Removes everything, files too whose names Java cannot spell. */
  @Override
  public void close() throws IOException {
    remove(folder);
  }

  static void remove(Path folder) throws IOException {
    try {
      int exitCode =
          new ProcessBuilder("sh", "-c", "chmod -R u+rwx \"$1\"; rm -rf \"$1\"", "sh", folder + "")
              .inheritIO()
              .start()
              .waitFor();
      if (exitCode != 0) {
        throw new IOException("cannot remove " + folder);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while removing " + folder, e);
    }
  }
}
