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

  @Test
  void randomTrees_exportedAndUpdated_areWhatWasPublished() throws IOException {
    RepositoryKeys keys =
        RepositoryKeys.generate(
            ExportGround.FQRN, PublisherOptions.named(ExportGround.FQRN).clock().instant());
    for (int seed = 1; seed <= Effort.of(12, 1000); seed++) {
      Random random = new Random(seed);
      PublisherOptions publishing = options(random);
      try (ExportGround ground =
          new ExportGround(temporary.resolve("seed" + seed), publishing, keys)) {
        exportAndUpdate(seed, ground, publishing, random);
      } catch (IOException | RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
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
    assertThat(ground.export(updated.withCheckAll(true)).changes()).isZero();
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
