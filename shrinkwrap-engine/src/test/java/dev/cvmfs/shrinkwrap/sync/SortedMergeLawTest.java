package dev.cvmfs.shrinkwrap.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.publisher.Node;
import dev.cvmfs.shrinkwrap.publisher.RandomTrees;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The law of all synchronisation: what the merge says, done to one tree, gives the other. */
class SortedMergeLawTest {

  /** A path and something of what is there. */
  private record Item(TreePath path, Attributes attributes) {}

  @Test
  void changesFromOneTreeToAnother_doneToTheFirst_giveTheSecond() {
    for (int seed = 1; seed <= Effort.of(200, 20_000); seed++) {
      RandomTrees trees = new RandomTrees(seed);
      Tree first = trees.tree(seed % 60);
      Tree second = seed % 3 == 0 ? trees.tree(seed % 50) : trees.changed(first, 1 + seed % 20);

      assertThat(apply(items(first), changes(items(first), items(second))))
          .as("seed %d", seed)
          .isEqualTo(items(second));
      assertThat(changes(items(first), items(first)))
          .as("seed %d, itself", seed)
          .allMatch(change -> change instanceof Change.Kept);
    }
  }

  @Test
  void changes_comeInPathOrder_andEachPathOnce() {
    for (int seed = 1; seed <= 50; seed++) {
      RandomTrees trees = new RandomTrees(seed);
      List<TreePath> paths =
          changes(items(trees.tree(40)), items(trees.tree(40))).stream()
              .map(change -> change.subject().path())
              .toList();

      assertThat(paths).isSorted().doesNotHaveDuplicates();
    }
  }

  private static List<Item> items(Tree tree) {
    List<Item> items = new ArrayList<>();
    for (Map.Entry<TreePath, Node> node : tree.nodes().entrySet()) {
      items.add(new Item(node.getKey(), node.getValue().attributes()));
    }
    return items;
  }

  private static List<Change<Item>> changes(List<Item> present, List<Item> wanted) {
    List<Change<Item>> changes = new ArrayList<>();
    new SortedMerge<>(present.iterator(), wanted.iterator(), Comparator.comparing(Item::path))
        .forEachRemaining(changes::add);
    return changes;
  }

  private static List<Item> apply(List<Item> items, List<Change<Item>> changes) {
    TreeMap<TreePath, Item> tree = new TreeMap<>();
    items.forEach(item -> tree.put(item.path(), item));
    for (Change<Item> change : changes) {
      if (change instanceof Change.Added<Item> added) {
        assertThat(tree.put(added.wanted().path(), added.wanted())).isNull();
      } else if (change instanceof Change.Changed<Item> changed) {
        assertThat(tree.put(changed.wanted().path(), changed.wanted()))
            .isEqualTo(changed.present());
      } else if (change instanceof Change.Removed<Item> removed) {
        assertThat(tree.remove(removed.present().path())).isEqualTo(removed.present());
      } else if (change instanceof Change.Kept<Item> kept) {
        assertThat(tree.get(kept.present().path())).isEqualTo(kept.present());
      }
    }
    return List.copyOf(tree.values());
  }
}
