package dev.cvmfs.shrinkwrap.campaign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Tag;
import dev.cvmfs.shrinkwrap.cvmfs.client.CvmfsClient;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RandomTrees;
import dev.cvmfs.shrinkwrap.publisher.RepositoryKeys;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.ChangeCursor;
import dev.cvmfs.shrinkwrap.sync.SortedMerge;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found out by skipping what is alike is what two whole walks would tell. */
class RandomChangesTest {
  private static final String FQRN = "random.example.org";
  private static final Specification EVERYTHING =
      Specification.parse("/*\n".getBytes(UTF_8), "all.spec");

  @TempDir Path temporary;

  @Test
  void changesBetweenTwoStates_areThoseOfTwoWalks() throws IOException {
    RepositoryKeys keys =
        RepositoryKeys.generate(FQRN, PublisherOptions.named(FQRN).clock().instant());
    for (int seed = 1; seed <= Effort.of(8, 2048); seed++) {
      RandomTrees trees = new RandomTrees(seed);
      Random random = new Random(seed);
      RepositoryPublisher publisher = publisher(seed, keys);
      Tree before = trees.tree(10 + random.nextInt(80));
      Tree after = trees.changed(before, random.nextInt(8));
      Revision first = publisher.publish(before);
      publisher.publish(after);
      RandomSpecifications specifications = new RandomSpecifications(seed);
      try (CvmfsClient client = client(temporary.resolve("cache" + seed));
          Snapshot newest = client.open(conf(publisher));
          Snapshot older = newest.at(first.rootHash())) {
        for (int i = 0; i < 4; i++) {
          Specification specification =
              i == 0 ? EVERYTHING : specifications.about(after.nodes().keySet());
          assertThat(changes(newest, older.rootHash(), specification))
              .as("seed %d, specification\n%s", seed, new String(specification.source(), UTF_8))
              .isEqualTo(merged(older, newest, specification));
          assertThat(changes(older, newest.rootHash(), specification))
              .as("seed %d, back", seed)
              .isEqualTo(merged(newest, older, specification));
        }
      }
    }
  }

  @Test
  void nestedCatalogsThatAreAlike_areNotOpened() throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(temporary.resolve("repository"), PublisherOptions.named(FQRN));
    Tree tree = new Tree();
    for (String name : List.of("/a", "/b", "/c")) {
      tree.directory(name).nestedCatalog();
      tree.file(name + "/file", "content of " + name);
    }
    Revision first = publisher.publish(tree);
    tree.file("/b/file", "other content");
    publisher.publish(tree);
    try (CvmfsClient client = client(temporary.resolve("cache"));
        Snapshot newest = client.openLazily(conf(publisher))) {
      List<Change<Entry>> changes = changes(newest, first.rootHash(), EVERYTHING);

      assertThat(changes).singleElement().isInstanceOf(Change.Changed.class);
      // Both roots, and /b of both.
      assertThat(newest.counters().catalogs()).isEqualTo(4);
    }
  }

  @Test
  void statesBefore_areVouchedFor_andOthersAreNot() throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(temporary.resolve("repository"), PublisherOptions.named(FQRN));
    List<ContentHash> states = publishRevisions(publisher, 6);
    try (CvmfsClient client = client(temporary.resolve("cache"));
        Snapshot newest = client.openLazily(conf(publisher))) {
      assertThat(states).allMatch(state -> newest.isOrFollows(state, 10));
      // By its name, however long ago; the others only as far as one goes back.
      assertThat(newest.isOrFollows(states.get(0), 1)).isTrue();
      assertThat(newest.isOrFollows(states.get(1), 3)).isFalse();
      assertThat(newest.isOrFollows(ContentHash.parse("0".repeat(39) + "1"), 10)).isFalse();
      for (int i = 0; i < 6; i++) {
        assertThat(newest.rootOf(i + 1, 10)).contains(states.get(i));
      }
      assertThat(newest.rootOf(1, 1)).contains(states.get(0));
      assertThat(newest.rootOf(2, 3)).isEmpty();
      assertThat(newest.rootOf(7, 10)).isEmpty();
      Snapshot older = newest.at(states.get(2));
      assertThat(older.revision()).isEqualTo(3);
      assertThat(older.rootHash()).isEqualTo(states.get(2));
    }
  }

  @Test
  void stateOfLongAgo_isFoundByItsRevision_andTheStepsToItLeaveNothingBehind() throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(temporary.resolve("repository"), PublisherOptions.named(FQRN));
    ContentHash second = publishRevisions(publisher, 12).get(1);
    Path cache = temporary.resolve("cache");
    try (CvmfsClient client = client(cache);
        Snapshot newest = client.open(conf(publisher))) {
      assertThat(newest.tags()).extracting(Tag::revision).doesNotContain(2L, 3L);
      long before = temporaryFiles(cache);

      assertThat(newest.rootOf(2, 20)).contains(second);

      assertThat(temporaryFiles(cache)).isEqualTo(before);
    }
  }

  private static List<ContentHash> publishRevisions(RepositoryPublisher publisher, int revisions)
      throws IOException {
    List<ContentHash> roots = new ArrayList<>();
    for (int i = 0; i < revisions; i++) {
      Tree tree = new Tree();
      tree.file("/file", "content " + i);
      roots.add(publisher.publish(tree, i == 0 ? "first" : "").rootHash());
    }
    return roots;
  }

  private static long temporaryFiles(Path cache) throws IOException {
    try (Stream<Path> files = Files.walk(cache.resolve("tmp"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private RepositoryPublisher publisher(int seed, RepositoryKeys keys) throws IOException {
    return new RepositoryPublisher(
        temporary.resolve("repository" + seed), PublisherOptions.named(FQRN), keys);
  }

  private static CvmfsClient client(Path cache) throws IOException {
    return new CvmfsClient(
        cache,
        PublisherOptions.named(FQRN).clock(),
        new Random(1),
        wait -> {},
        Map.of(),
        "cvmfs test");
  }

  private static CvmfsConf conf(RepositoryPublisher publisher) {
    Map<String, String> settings =
        Map.of(
            "CVMFS_SERVER_URL",
            "file://" + publisher.directory(),
            "CVMFS_PUBLIC_KEY",
            publisher.masterKey().toString());
    return CvmfsConf.of(Conf.of(settings, "test"), FQRN);
  }

  private static List<Change<Entry>> changes(
      Snapshot to, ContentHash from, Specification specification) {
    List<Change<Entry>> changes = new ArrayList<>();
    try (ChangeCursor cursor = to.changesSince(from, specification)) {
      cursor.forEachRemaining(change -> changes.add(change.map(RandomChangesTest::withoutGroup)));
    }
    return changes;
  }

  private static List<Change<Entry>> merged(Snapshot from, Snapshot to, Specification wanted) {
    List<Change<Entry>> changes = new ArrayList<>();
    new SortedMerge<>(
            walk(from, wanted).iterator(),
            walk(to, wanted).iterator(),
            Comparator.comparing(Entry::path))
        .forEachRemaining(changes::add);
    changes.removeIf(change -> change instanceof Change.Kept<Entry>);
    return changes;
  }

  private static Stream<Entry> walk(Snapshot snapshot, Specification specification) {
    List<Entry> entries = new ArrayList<>();
    try (EntryCursor cursor = snapshot.walk(specification)) {
      cursor.forEachRemaining(entry -> entries.add(withoutGroup(entry)));
    }
    return entries.stream();
  }

  private static Entry withoutGroup(Entry entry) {
    return entry instanceof Entry.RegularFile file
        ? new Entry.RegularFile(
            file.path(), file.attributes(), file.size(), file.identity(), file.objects(), 0)
        : entry;
  }
}
