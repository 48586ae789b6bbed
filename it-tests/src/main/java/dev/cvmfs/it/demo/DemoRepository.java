package dev.cvmfs.it.demo;

import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A small repository with two releases of a piece of software, on a web server of its own. */
final class DemoRepository implements AutoCloseable {
  static final String NAME = "demo.example.org";

  /** A script that says which revision of the repository it comes from. */
  static final String PROGRAM = "/software/bin/hello";

  static final String ADDED = "/software/lib/libmath.so";
  static final String REMOVED = "/software/lib/liblegacy.so";
  static final String UNWANTED = "/software/doc/manual.txt";

  private static final int LIBRARY_BYTES = 300_000;
  private static final int OLD_RELEASE_BYTES = 3_000_000;

  private final RepositoryPublisher publisher;
  private final RepositoryServer server;
  private final Tree tree = new Tree();

  private DemoRepository(RepositoryPublisher publisher, RepositoryServer server) {
    this.publisher = publisher;
    this.server = server;
  }

  /** Makes keys, publishes the first revision and serves it at a free port of 127.0.0.1. */
  static DemoRepository start(Path folder) throws IOException {
    PublisherOptions options =
        PublisherOptions.named(NAME).clock(Clock.systemUTC()).chunkSize(1 << 20);
    RepositoryPublisher publisher = new RepositoryPublisher(folder, options);
    DemoRepository repository =
        new DemoRepository(publisher, RepositoryServer.start().serve(publisher));
    repository.publishFirst();
    return repository;
  }

  /** What the program of a revision prints. */
  static String greeting(int revision) {
    return "Hello from %s, revision %d".formatted(NAME, revision);
  }

  private void publishFirst() throws IOException {
    tree.directory("/software").nestedCatalog();
    putProgram(1);
    tree.symlink("/software/bin/hi", "hello");
    putLibrary("/software/lib/libphysics.so", 1);
    putLibrary(REMOVED, 2);
    tree.file(UNWANTED, "A thousand pages.\n");
    tree.directory("/old-release").nestedCatalog();
    tree.file(TreePath.of("/old-release/everything.bin"), Content.noise(3, OLD_RELEASE_BYTES));
    publisher.publish(tree);
  }

  /** Publishes the second revision: one file changed, one new, one gone. */
  void publishSecond() throws IOException {
    putProgram(2);
    putLibrary(ADDED, 4);
    tree.remove(REMOVED);
    publisher.publish(tree);
  }

  private void putProgram(int revision) {
    tree.file(PROGRAM, "#!/bin/sh\necho '%s'\n".formatted(greeting(revision))).mode(0755);
  }

  private void putLibrary(String path, long seed) {
    tree.file(TreePath.of(path), Content.noise(seed, LIBRARY_BYTES)).mode(0755);
  }

  /** Puts a manifest in place that is not signed by whom the whitelist lists. */
  void tamper() throws IOException {
    publisher.breakTrust().manifestByForeignKey();
  }

  Path masterKey() {
    return publisher.masterKey();
  }

  /** As in {@code CVMFS_SERVER_URL}. */
  String urlTemplate() {
    return server.urlTemplate();
  }

  /** The requests since the start or the last call of this. */
  List<RepositoryServer.Request> takeRequests() {
    List<RepositoryServer.Request> requests = server.requests();
    server.forgetRequests();
    return requests;
  }

  @Override
  public void close() {
    server.close();
  }
}
