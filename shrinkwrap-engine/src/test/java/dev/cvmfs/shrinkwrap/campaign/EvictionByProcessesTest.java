package dev.cvmfs.shrinkwrap.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that take each other's objects out of a cache that is too small for them. */
class EvictionByProcessesTest {
  private static final String FQRN = "evicted.example.org";
  private static final int FILES = 50;
  private static final int FILE_BYTES = 60_000;
  private static final int PROCESSES = 3;
  private static final int QUOTA_MEGABYTES = 1;
  private static final int HEAP_MEGABYTES = 64;
  private static final long MINUTES = 10;

  @TempDir Path folder;

  @Test
  void cache_tooSmallForItsProcesses_makesNoneOfThemWrong() throws Exception {
    Path cache = folder.resolve("cache");
    Path repository = folder.resolve("repository");
    RepositoryPublisher publisher =
        new RepositoryPublisher(repository, PublisherOptions.named(FQRN));
    String contents = publish(publisher);
    int rounds = Effort.of(2, 30);

    List<String> printed = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(PROCESSES);
    try (RepositoryServer server = RepositoryServer.start().serve(publisher)) {
      List<String> arguments =
          List.of(
              FQRN,
              server.url(FQRN),
              publisher.masterKey().toString(),
              cache.toString(),
              Integer.toString(QUOTA_MEGABYTES),
              Integer.toString(rounds));
      List<Future<String>> processes = new ArrayList<>();
      for (int i = 0; i < PROCESSES; i++) {
        processes.add(
            threads.submit(
                () -> JavaProcess.run(ReadingProcess.class, HEAP_MEGABYTES, MINUTES, arguments)));
      }
      for (Future<String> process : processes) {
        process
            .get()
            .lines()
            .filter(line -> line.startsWith(ReadingProcess.PREFIX))
            .forEach(printed::add);
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(printed).hasSize(PROCESSES * rounds).containsOnly(ReadingProcess.PREFIX + contents);
    // By how much processes may exceed the quota is Eviction's promise: a tenth each.
    assertThat(bytes(cache.resolve("data"))).isLessThan((QUOTA_MEGABYTES << 20) * 14L / 10);
  }

  /** Publishes; returns the hash of all contents. */
  private static String publish(RepositoryPublisher publisher) throws IOException {
    Tree tree = new Tree();
    ContentHasher hasher = HashAlgorithm.SHA1.hasher();
    for (int i = 0; i < FILES; i++) {
      Content content = Content.noise(i, FILE_BYTES);
      tree.file(TreePath.of("/f%03d".formatted(i)), content);
      try (InputStream stream = content.open()) {
        hasher.update(stream.readAllBytes(), 0, FILE_BYTES);
      }
    }
    publisher.publish(tree);
    return hasher.finish().toString();
  }

  private static long bytes(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      long sum = 0;
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        sum += Files.size(file);
      }
      return sum;
    }
  }
}
