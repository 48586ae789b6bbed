package dev.cvmfs.shrinkwrap.posix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.PublishedTree;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RandomTrees;
import dev.cvmfs.shrinkwrap.publisher.RepositoryKeys;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random trees: an export of one revision, brought up to date with the next, is what a fresh export
 * of that gives, whatever changed; and nothing that is not needed stays.
 */
class RandomExportsTest {
  @TempDir private Path temporary;

  /** What is done with one seed. */
  private interface Round {
    void run(int seed, ExportGround ground, PublisherOptions publishing, Random random)
        throws IOException;
  }

  @Test
  void randomTrees_exportedAndUpdated_areWhatWasPublished() throws IOException {
    forEachSeed(Effort.of(12, 1000), RandomExportsTest::exportAndUpdate);
  }

  @Test
  void randomTrees_throughWildcards_areUpdatedToWhatAFreshExportGives() throws IOException {
    forEachSeed(Effort.of(12, 1000), RandomExportsTest::updateThroughWildcards);
  }

  private void forEachSeed(int seeds, Round round) throws IOException {
    RepositoryKeys keys =
        RepositoryKeys.generate(
            ExportGround.FQRN, PublisherOptions.named(ExportGround.FQRN).clock().instant());
    for (int seed = 1; seed <= seeds; seed++) {
      Random random = new Random(seed);
      PublisherOptions publishing = options(random);
      try (ExportGround ground =
          new ExportGround(temporary.resolve("seed" + seed), publishing, keys)) {
        round.run(seed, ground, publishing, random);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  /** Few changes, so that most nested catalogs are the same in both revisions. */
  private static void updateThroughWildcards(
      int seed, ExportGround ground, PublisherOptions publishing, Random random)
      throws IOException {
    RandomTrees trees = new RandomTrees(seed);
    String specification = wildcards(random);
    ground.specification(specification);
    Tree tree = trees.tree(30 + random.nextInt(60));
    ground.publish(tree);
    ExportOptions updated = ground.into("updated");
    ground.export(updated);

    for (int revision = 2; revision <= 4; revision++) {
      tree = trees.changed(tree, 1 + random.nextInt(3));
      ground.publish(tree);
      ground.export(updated.withGarbage(OptionalLong.of(0)));
      ExportOptions fresh = ground.into("fresh" + revision);
      ground.export(fresh);

      assertThat(ground.look(updated)).as(specification).isEqualTo(ground.look(fresh));
      assertThat(ground.verify(updated)).as(specification).isEmpty();
    }
  }

  /** Rules that many of the random names match, and that have to be looked for in most catalogs. */
  private static String wildcards(Random random) {
    String[] names = {"*", "*", "n*", "n?*", "n*[0-4]", "[a-n]*", "?*1*", "**"};
    StringBuilder rules = new StringBuilder();
    int count = 1 + random.nextInt(3);
    for (int rule = 0; rule < count; rule++) {
      rules.append(rule > 0 && random.nextInt(3) == 0 ? "!" : "");
      int depth = 1 + random.nextInt(3);
      for (int i = 0; i < depth; i++) {
        rules.append('/').append(pick(names, random));
      }
      rules.append(random.nextBoolean() ? "/*\n" : "/n*\n");
    }
    return rules.toString();
  }

  private static void exportAndUpdate(
      int seed, ExportGround ground, PublisherOptions publishing, Random random)
      throws IOException {
    RandomTrees trees = new RandomTrees(seed);
    Tree first = trees.tree(10 + random.nextInt(60));
    Revision one = ground.publish(first);
    ExportOptions updated = ground.into("updated");
    ground.export(updated);
    assertPublished(ground, updated, first, publishing, one);

    Tree second = trees.changed(first, 1 + random.nextInt(25));
    Revision two = ground.publish(second);
    ground.export(updated.withGarbage(OptionalLong.of(0)));
    ExportOptions fresh = ground.into("fresh");
    ground.export(fresh);

    assertPublished(ground, updated, second, publishing, two);
    assertPublished(ground, fresh, second, publishing, two);
    assertThat(ground.verify(updated)).isEmpty();
    assertThat(ground.hasGarbage(updated)).isFalse();
    assertThat(ground.store(updated).values()).allMatch(links -> links > 1);
    assertThat(ground.store(updated)).hasSameSizeAs(ground.store(fresh));
    assertThat(ground.export(updated.withCheck(ExportOptions.Check.ALL)).changes()).isZero();
  }

  /** In every respect; without root's rights there are none that only root can give. */
  private static void assertPublished(
      ExportGround ground,
      ExportOptions options,
      Tree tree,
      PublisherOptions publishing,
      Revision revision)
      throws IOException {
    if (!ground.isRoot()) {
      assertThat(ground.verify(options)).isEmpty();
      return;
    }
    Map<TreePath, String> expected = new TreeMap<>();
    for (Entry entry : PublishedTree.entries(tree, publishing, revision)) {
      expected.put(
          entry.path(),
          entry instanceof Entry.RegularFile file
              ? Description.of(file, hash(PublishedTree.content(tree, file.path())))
              : Description.of(entry));
    }
    Map<TreePath, String> seen = ground.look(options);
    assertThat(seen.keySet()).isEqualTo(expected.keySet());
    expected.forEach((path, file) -> assertThat(seen.get(path)).as("%s", path).isEqualTo(file));
  }

  private static String hash(Content content) throws IOException {
    try (InputStream in = content.open()) {
      return HashAlgorithm.SHA1.hash(in.readAllBytes()).toString();
    }
  }

  private static PublisherOptions options(Random random) {
    return PublisherOptions.named(ExportGround.FQRN)
        .hash(pick(HashAlgorithm.values(), random))
        .compression(pick(Compression.values(), random))
        .chunkSize(pick(new Long[] {0L, 500L, 4096L, 16_384L}, random))
        .nanoseconds(random.nextBoolean());
  }

  private static <T> T pick(T[] choice, Random random) {
    return choice[random.nextInt(choice.length)];
  }
}
