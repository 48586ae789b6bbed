package dev.cvmfs.shrinkwrap.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObjectDamageTest {
  private @TempDir Path folder;
  private Revision revision = new Revision(0, Map.of(), Map.of());

  @BeforeEach
  void publish() throws IOException {
    Tree tree = new Tree();
    tree.file("/nested/file", "hello world").mode(0600);
    tree.directory("/nested").nestedCatalog();
    revision =
        new RepositoryPublisher(folder, PublisherOptions.named("a.example.org")).publish(tree);
  }

  @Test
  void corruptedContent_hasTheSizeButNotTheHash() throws IOException {
    byte[] before = Files.readAllBytes(object());
    new ObjectDamage(folder).corruptContentOf(revision, "/nested/file");

    assertThat(Files.readAllBytes(object())).hasSameSizeAs(before).isNotEqualTo(before);
  }

  @Test
  void truncatedContent_isHalfAsLong() throws IOException {
    long before = Files.size(object());
    new ObjectDamage(folder).truncateContentOf(revision, "/nested/file");

    assertThat(Files.size(object())).isEqualTo(before / 2);
  }

  @Test
  void removedContentAndCatalog_areGone() throws IOException {
    Path catalog = ObjectDirectory.locate(folder, revision.catalog("/nested"), ObjectKind.CATALOG);
    assertThat(catalog).exists();
    new ObjectDamage(folder).removeContentOf(revision, "/nested/file");
    new ObjectDamage(folder).removeCatalog(revision, "/nested");

    assertThat(object()).doesNotExist();
    assertThat(catalog).doesNotExist();
  }

  private Path object() {
    ObjectRef object = revision.objectsOf("/nested/file").get(0);
    return ObjectDirectory.locate(folder, object.hash(), object.kind());
  }
}
