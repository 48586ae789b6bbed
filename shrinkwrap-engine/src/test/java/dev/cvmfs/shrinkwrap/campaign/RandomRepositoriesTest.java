package dev.cvmfs.shrinkwrap.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.publisher.BulkHash;
import dev.cvmfs.shrinkwrap.publisher.PublishedTree;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RandomTrees;
import dev.cvmfs.shrinkwrap.publisher.RepositoryKeys;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random repositories, read back through the client: the published tree is all there is, whatever
 * the options; a specification gives exactly its part of it, and fetches no catalog outside.
 */
class RandomRepositoriesTest {
  private static final String FQRN = "random.example.org";
  private static final int SPECIFICATIONS = 3;

  @TempDir Path temporary;

  private record State(Tree tree, Revision revision, PublisherOptions options) {
    List<Entry> entries() throws IOException {
      return PublishedTree.entries(tree, options, revision);
    }
  }

  @Test
  void randomRepositories_readThroughTheClient_areWhatWasPublished() throws IOException {
    RepositoryKeys keys =
        RepositoryKeys.generate(FQRN, PublisherOptions.named(FQRN).clock().instant());
    try (RepositoryServer server = RepositoryServer.start()) {
      for (int seed = 1; seed <= Effort.of(12, 2048); seed++) {
        try {
          publishAndRead(seed, keys, server);
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
      }
    }
  }

  private void publishAndRead(int seed, RepositoryKeys keys, RepositoryServer server)
      throws IOException {
    Path folder = temporary.resolve("seed" + seed);
    Random random = new Random(seed);
    PublisherOptions options = options(random);
    RandomTrees trees = new RandomTrees(seed);
    RepositoryPublisher publisher =
        new RepositoryPublisher(folder.resolve("repository"), options, keys);
    // Every fourth over HTTP, the others without a server, which is quicker.
    String url =
        seed % 4 == 0 ? server.serve(publisher).url(FQRN) : "file://" + publisher.directory();
    Map<String, String> settings =
        Map.of("CVMFS_SERVER_URL", url, "CVMFS_PUBLIC_KEY", publisher.masterKey().toString());

    Tree firstTree = trees.tree(10 + random.nextInt(60));
    State first = new State(firstTree, publisher.publish(firstTree, "first"), options);
    readAll(first, settings, folder.resolve("cache"));
    Tree secondTree = trees.changed(firstTree, 1 + random.nextInt(20));
    State second = new State(secondTree, publisher.publish(secondTree), options);
    readAll(second, settings, folder.resolve("cache"));

    Map<String, String> tagged = new LinkedHashMap<>(settings);
    tagged.put("CVMFS_REPOSITORY_TAG", "first");
    readAll(first, tagged, folder.resolve("cache"));

    RandomSpecifications specifications = new RandomSpecifications(seed);
    for (int i = 0; i < SPECIFICATIONS; i++) {
      SpecificationFile specification = specifications.about(secondTree.nodes().keySet());
      readSlice(second, specification, settings, folder.resolve("cache" + i));
    }
    delete(folder);
  }

  private static PublisherOptions options(Random random) {
    return PublisherOptions.named(FQRN)
        .hash(pick(HashAlgorithm.values(), random))
        .compression(pick(Compression.values(), random))
        .chunkSize(pick(new Long[] {0L, 500L, 4096L, 16_384L, 30_000L}, random))
        .bulkHash(pick(BulkHash.values(), random))
        .nanoseconds(random.nextBoolean());
  }

  private static <T> T pick(T[] choice, Random random) {
    return choice[random.nextInt(choice.length)];
  }

  private static CvmfsClient client(Path cache, PublisherOptions options) throws IOException {
    return new CvmfsClient(
        cache, options.clock(), new Random(1), wait -> {}, Map.of(), "cvmfs test");
  }

  private static void readAll(State state, Map<String, String> settings, Path cache)
      throws IOException {
    try (CvmfsClient client = client(cache, state.options());
        Snapshot snapshot = client.open(CvmfsConf.of(Conf.of(settings, "test"), FQRN))) {
      assertThat(snapshot.rootHash()).isEqualTo(state.revision().rootHash());
      assertThat(snapshot.revision()).isEqualTo(state.revision().number());
      List<Entry> entries = walk(snapshot, Specification.parse(bytes("/*"), "all.spec"));
      assertSame(entries, state.entries());
      for (Entry entry : entries) {
        if (entry instanceof Entry.RegularFile file) {
          try (InputStream actual = FileContent.open(snapshot.objects(), file);
              InputStream expected = PublishedTree.content(state.tree(), file.path()).open()) {
            assertThat(actual.readAllBytes())
                .as("content of %s", file.path())
                .isEqualTo(expected.readAllBytes());
          }
        }
      }
    }
  }

  private static void readSlice(
      State state, SpecificationFile specification, Map<String, String> settings, Path cache)
      throws IOException {
    try (CvmfsClient client = client(cache, state.options());
        Snapshot snapshot = client.open(CvmfsConf.of(Conf.of(settings, "test"), FQRN))) {
      List<Entry> wanted =
          state.entries().stream().filter(entry -> specification.includes(entry.path())).toList();
      assertSame(walk(snapshot, specification), PublishedTree.renumberLinks(wanted));
    }
    Set<String> inside =
        state.revision().catalogs().entrySet().stream()
            .filter(
                catalog -> catalog.getKey().isRoot() || specification.descends(catalog.getKey()))
            .map(catalog -> catalog.getValue().toString())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(cachedCatalogs(cache))
        .as("catalogs fetched for\n%s", new String(specification.source(), StandardCharsets.UTF_8))
        .isEqualTo(inside);
  }

  private static List<Entry> walk(Snapshot snapshot, Specification specification) {
    List<Entry> entries = new ArrayList<>();
    try (EntryCursor cursor = snapshot.walk(specification)) {
      cursor.forEachRemaining(entries::add);
    }
    return PublishedTree.renumberLinks(entries);
  }

  /** Says which entry is wrong; a comparison of the lists would print them whole. */
  private static void assertSame(List<Entry> actual, List<Entry> expected) {
    for (int i = 0; i < Math.min(actual.size(), expected.size()); i++) {
      assertThat(actual.get(i)).isEqualTo(expected.get(i));
    }
    assertThat(actual).hasSameSizeAs(expected);
  }

  private static Set<String> cachedCatalogs(Path cache) throws IOException {
    Path data = cache.resolve("data");
    try (Stream<Path> files = Files.walk(data)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> data.relativize(file).toString().replace("/", ""))
          .filter(name -> name.endsWith("C"))
          .map(name -> ContentHash.parse(name.substring(0, name.length() - 1)).toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
