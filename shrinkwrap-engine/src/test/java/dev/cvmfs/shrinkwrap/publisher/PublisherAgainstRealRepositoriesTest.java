package dev.cvmfs.shrinkwrap.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Publishes the trees of the sample repositories again and compares our catalogs with those that
 * CernVM-FS's own tools wrote, column by column.
 */
class PublisherAgainstRealRepositoriesTest {
  private @TempDir Path temporary;

  @Test
  void tinyRevisions_publishedAgain_readTheSame() throws IOException, SQLException {
    Path real = SampleRepository.TINY.copyInto(temporary.resolve("real"));
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            temporary.resolve("ours"), PublisherOptions.named("tiny.example.org").chunkSize(0));

    for (String revision : List.of("r1", "r2")) {
      String manifest = revision + ".cvmfspublished";
      Map<TreePath, CatalogDump> expected = CatalogDump.readAll(real, manifest);
      publisher.publish(rebuild(SampleRepository.TINY.listing(real, revision), real, expected));

      // Compressed bytes may differ between zlib libraries, so hashes are compared by content.
      assertSame(real, expected, publisher.directory(), manifest, false);
    }
  }

  @Test
  void unchangedNestedCatalogs_nextRevision_areKeptAsTheRealToolsKeepThem()
      throws IOException, SQLException {
    Path real = SampleRepository.TINY.copyInto(temporary.resolve("real"));
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            temporary.resolve("ours"), PublisherOptions.named("tiny.example.org"));
    for (String revision : List.of("r1", "r2")) {
      Map<TreePath, CatalogDump> catalogs = CatalogDump.readAll(real, revision + ".cvmfspublished");
      publisher.publish(rebuild(SampleRepository.TINY.listing(real, revision), real, catalogs));
    }

    Set<TreePath> keptByThem = kept(real);
    assertThat(keptByThem).contains(TreePath.of("/nested")).doesNotContain(TreePath.ROOT);
    assertThat(kept(publisher.directory())).isEqualTo(keptByThem);
  }

  @Test
  void shakeRevision_publishedAgain_hasTheSameHashes() throws IOException, SQLException {
    Path real = SampleRepository.SHAKE.copyInto(temporary.resolve("real"));
    Map<TreePath, CatalogDump> expected = CatalogDump.readAll(real, "r1.cvmfspublished");
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            temporary.resolve("ours"),
            PublisherOptions.named("shake.example.org")
                .hash(HashAlgorithm.SHAKE128)
                .compression(Compression.NONE)
                .nanoseconds(false)
                .chunkSize(0));
    publisher.publish(rebuild(SampleRepository.SHAKE.listing(real, "r1"), real, expected));

    assertSame(real, expected, publisher.directory(), "r1.cvmfspublished", true);
  }

  private static Set<TreePath> kept(Path repository) throws IOException, SQLException {
    Map<TreePath, String> first = hashes(repository, "r1.cvmfspublished");
    Map<TreePath, String> second = hashes(repository, "r2.cvmfspublished");
    return second.keySet().stream()
        .filter(mountpoint -> Objects.equals(second.get(mountpoint), first.get(mountpoint)))
        .collect(Collectors.toSet());
  }

  private static Map<TreePath, String> hashes(Path repository, String manifest)
      throws IOException, SQLException {
    Map<TreePath, String> hashes = new TreeMap<>();
    hashes.put(TreePath.ROOT, CatalogDump.rootHash(repository, manifest).toString());
    CatalogDump.readAll(repository, manifest)
        .values()
        .forEach(
            catalog ->
                catalog
                    .nested()
                    .forEach((path, hash) -> hashes.put(TreePath.of(path), hash.toString())));
    return hashes;
  }

  private static void assertSame(
      Path real, Map<TreePath, CatalogDump> expected, Path ours, String manifest, boolean hashes)
      throws IOException, SQLException {
    Map<TreePath, CatalogDump> actual = CatalogDump.readAll(ours, manifest);
    assertThat(actual.keySet()).isEqualTo(expected.keySet());
    for (TreePath mountpoint : expected.keySet()) {
      CatalogDump theirs = get(expected, mountpoint);
      CatalogDump mine = get(actual, mountpoint);
      assertThat(mine.schema()).isEqualTo(theirs.schema());
      assertThat(mine.properties().keySet()).isEqualTo(theirs.properties().keySet());
      for (String same : List.of("schema", "schema_revision", "revision", "root_prefix", "TTL")) {
        assertThat(mine.properties().get(same)).isEqualTo(theirs.properties().get(same));
      }
      assertThat(mine.statistics())
          .as("statistics at %s", mountpoint)
          .isEqualTo(theirs.statistics());
      assertThat(mine.nested().keySet()).isEqualTo(theirs.nested().keySet());
      assertThat(comparable(ours, mine, hashes)).isEqualTo(comparable(real, theirs, hashes));
      assertThat(chunks(mine, hashes)).isEqualTo(chunks(theirs, hashes));
    }
  }

  /** The rows, one a line, with hashes or with the contents that they lead to. */
  private static String comparable(Path repository, CatalogDump catalog, boolean hashes)
      throws IOException {
    StringBuilder text = new StringBuilder();
    for (CatalogDump.Row row : catalog.rows().values()) {
      if (hashes) {
        text.append(row).append('\n');
        continue;
      }
      text.append(row.withoutHash().withNanosOrZero());
      if ((row.mode() & 0170000) == CatalogRow.TYPE_REGULAR) {
        text.append(" has hash: ").append(row.hash().isPresent());
        text.append(" content: ")
            .append(HexFormat.of().formatHex(sha256(catalog.content(repository, row))));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static byte[] sha256(byte[] bytes) {
    return ObjectHash.jdkDigest("SHA-256").digest(bytes);
  }

  private static String chunks(CatalogDump catalog, boolean hashes) {
    StringBuilder text = new StringBuilder();
    catalog
        .chunks()
        .forEach(
            (key, chunks) ->
                chunks.forEach(
                    chunk ->
                        text.append(key)
                            .append(' ')
                            .append(chunk.offset())
                            .append('+')
                            .append(chunk.size())
                            .append(hashes ? chunk.hash() : "")
                            .append('\n')));
    return text.toString();
  }

  /** The tree of a listing, with contents and chunk sizes from the real objects. */
  private static Tree rebuild(
      List<ListedEntry> listing, Path real, Map<TreePath, CatalogDump> catalogs)
      throws IOException {
    Tree tree = new Tree();
    CatalogDump.Row root = get(catalogs, TreePath.ROOT).row(TreePath.ROOT);
    tree.directory(TreePath.ROOT).mode(root.mode() & 07777).mtime(root.mtime());
    Map<String, TreePath> links = new HashMap<>();
    for (ListedEntry entry : listing) {
      CatalogDump catalog = catalogOf(catalogs, entry.path());
      ListedTree.add(
          tree,
          entry,
          links,
          () -> Content.of(catalog.content(real, entry.path())),
          catalog.chunks().getOrDefault(PathKey.of(entry.path()), List.of()).stream()
              .map(CatalogDump.Chunk::size)
              .toList());
    }
    return tree;
  }

  private static CatalogDump catalogOf(Map<TreePath, CatalogDump> catalogs, TreePath path) {
    return catalogs.entrySet().stream()
        .filter(catalog -> path.isAtOrBelow(catalog.getKey()))
        .max(Comparator.comparing(catalog -> catalog.getKey().bytes().length))
        .orElseThrow()
        .getValue();
  }

  private static CatalogDump get(Map<TreePath, CatalogDump> catalogs, TreePath mountpoint) {
    return Optional.ofNullable(catalogs.get(mountpoint)).orElseThrow();
  }
}
