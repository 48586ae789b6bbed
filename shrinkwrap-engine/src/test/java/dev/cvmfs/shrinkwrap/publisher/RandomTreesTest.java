package dev.cvmfs.shrinkwrap.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RandomTreesTest {
  private @TempDir Path temporary;

  @Test
  void sameSeed_givesTheSameRootHashes_otherSeedAnother() throws IOException {
    ContentHash first = rootOfSecondRevision("a", 7);

    assertThat(rootOfSecondRevision("b", 7)).isEqualTo(first);
    assertThat(rootOfSecondRevision("c", 8)).isNotEqualTo(first);
  }

  @Test
  void publishedRandomTree_hasEveryNodeInSomeCatalog() throws IOException, SQLException {
    Tree tree = new RandomTrees(42).tree(300);
    RepositoryPublisher publisher =
        new RepositoryPublisher(temporary, PublisherOptions.named("random.example.org"));
    publisher.publish(tree);

    Map<TreePath, CatalogDump> catalogs =
        CatalogDump.readAll(publisher.directory(), ".cvmfspublished");
    Set<PathKey> published = new HashSet<>();
    catalogs.values().forEach(catalog -> published.addAll(catalog.rows().keySet()));

    assertThat(catalogs).hasSizeGreaterThan(2);
    assertThat(published).hasSize(tree.nodes().size());
    tree.nodes().keySet().forEach(path -> assertThat(published).contains(PathKey.of(path)));
  }

  private ContentHash rootOfSecondRevision(String name, long seed) throws IOException {
    RandomTrees random = new RandomTrees(seed);
    Tree tree = random.tree(60);
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            temporary.resolve(name), PublisherOptions.named("random.example.org"));
    publisher.publish(tree);
    return publisher.publish(random.changed(tree, 20)).rootHash();
  }
}
