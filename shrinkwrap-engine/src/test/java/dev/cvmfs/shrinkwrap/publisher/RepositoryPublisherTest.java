package dev.cvmfs.shrinkwrap.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a publication leaves on the server, read with plain SQL. */
class RepositoryPublisherTest {
  private static final PublisherOptions OPTIONS = PublisherOptions.named("test.example.org");

  private @TempDir Path temporary;

  @Test
  void sameTree_publishedTwice_hasTheSameRootHash() throws IOException {
    ContentHash first = publisher("a", OPTIONS).publish(everyKind()).rootHash();
    ContentHash second = publisher("b", OPTIONS).publish(everyKind()).rootHash();

    assertThat(second).isEqualTo(first);
  }

  @Test
  void unchangedTree_nextRevision_addsOnlyRootCatalogAndHistory() throws IOException {
    RepositoryPublisher publisher = publisher("a", OPTIONS);
    publisher.publish(everyKind());
    long before = objects(publisher);

    Revision second = publisher.publish(everyKind());

    assertThat(second.number()).isEqualTo(2);
    assertThat(objects(publisher) - before).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(HashAlgorithm.class)
  void file_anyHashAlgorithm_isReadBack(HashAlgorithm algorithm) throws IOException, SQLException {
    RepositoryPublisher publisher = publisher("a", OPTIONS.hash(algorithm));
    Tree tree = new Tree();
    tree.file("/hello", "hello world");
    Revision revision = publisher.publish(tree);

    CatalogDump root = CatalogDump.read(publisher.directory(), revision.rootHash());

    assertThat(root.row(TreePath.of("/hello")).algorithm()).isEqualTo(algorithm);
    assertThat(root.content(publisher.directory(), TreePath.of("/hello")))
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("hello world");
  }

  @ParameterizedTest
  @EnumSource(BulkHash.class)
  void largeFile_isCutIntoChunks_andHasTheBulkHashAskedFor(BulkHash bulkHash)
      throws IOException, SQLException {
    RepositoryPublisher publisher =
        publisher("a", OPTIONS.chunkSize(1000).bulkHash(bulkHash).compression(Compression.NONE));
    Tree tree = new Tree();
    tree.file(TreePath.of("/large"), Content.noise(1, 2500));
    tree.file(TreePath.of("/at-the-limit"), Content.noise(2, 1000));
    Revision revision = publisher.publish(tree);

    CatalogDump root = CatalogDump.read(publisher.directory(), revision.rootHash());

    assertThat(revision.objectsOf("/large"))
        .extracting(ObjectRef::kind)
        .containsOnly(ObjectKind.CHUNK);
    assertThat(revision.objectsOf("/large"))
        .extracting(ObjectRef::size)
        .containsExactly(1000L, 1000L, 500L);
    assertThat(revision.objectsOf("/at-the-limit"))
        .extracting(ObjectRef::kind)
        .containsExactly(ObjectKind.DATA);
    assertThat(root.content(publisher.directory(), TreePath.of("/large")))
        .isEqualTo(Content.noise(1, 2500).open().readAllBytes());
    Optional<Path> bulkObject =
        root.row(TreePath.of("/large"))
            .hash()
            .map(
                hash ->
                    ObjectDirectory.locate(
                        publisher.directory(),
                        ContentHash.parse(hash.toLowerCase(Locale.ROOT)),
                        ObjectKind.DATA));
    assertThat(bulkObject.isPresent()).isEqualTo(bulkHash != BulkHash.NONE);
    assertThat(bulkObject.filter(Files::exists).isPresent())
        .isEqualTo(bulkHash == BulkHash.WITH_OBJECT);
  }

  @Test
  void nonUtf8NamesAndTargets_areTextWithTheirBytes() throws IOException, SQLException {
    RepositoryPublisher publisher = publisher("a", OPTIONS);
    TreePath path = TreePath.ROOT.child(new byte[] {'x', (byte) 0xe9});
    Tree tree = new Tree();
    tree.symlink(path, ByteString.of(new byte[] {(byte) 0xff}));
    Revision revision = publisher.publish(tree);

    CatalogDump.Row row = CatalogDump.read(publisher.directory(), revision.rootHash()).row(path);

    assertThat(row.name()).isEqualTo("78E9");
    assertThat(row.symlink()).isEqualTo("FF");
  }

  @Test
  void hardLinks_acrossDirectories_areKeptOnlyWithinEach() throws IOException, SQLException {
    RepositoryPublisher publisher = publisher("a", OPTIONS);
    Tree tree = new Tree();
    tree.file("/one/a", "content");
    tree.hardLink("/one/b", "/one/a");
    tree.hardLink("/two/a", "/one/a");
    tree.hardLink("/two/b", "/one/a").mode(0600);
    tree.hardLink("/three/a", "/one/a");
    Revision revision = publisher.publish(tree);

    CatalogDump root = CatalogDump.read(publisher.directory(), revision.rootHash());

    assertThat(group(root, "/one/a")).isEqualTo(group(root, "/one/b")).isNotZero();
    assertThat(group(root, "/two/a")).isEqualTo(group(root, "/two/b")).isNotZero();
    assertThat(group(root, "/one/a")).isNotEqualTo(group(root, "/two/a"));
    assertThat(group(root, "/three/a")).isZero();
    assertThat(root.row(TreePath.of("/one/b")).linkCount()).isEqualTo(2);
    assertThat(root.row(TreePath.of("/three/a")).linkCount()).isEqualTo(1);
    assertThat(root.row(TreePath.of("/one/a")).mode()).isEqualTo(0100600);
  }

  @Test
  void tags_ofThreeRevisions_areInTheHistory() throws IOException, SQLException {
    RepositoryPublisher publisher = publisher("a", OPTIONS);
    publisher.publish(everyKind(), "first");
    Revision second = publisher.publish(everyKind());
    Revision third = publisher.publish(everyKind(), "third");

    assertThat(tags(publisher))
        .contains(
            "first 1",
            "third 3 " + third.rootHash(),
            "trunk 3 " + third.rootHash(),
            "trunk-previous 2 " + second.rootHash());
  }

  @Test
  void treeOnDisk_isFound() throws IOException {
    Path folder = Files.createDirectories(temporary.resolve("disk/sub"));
    Files.writeString(folder.resolve("a"), "hello");
    Files.createLink(folder.resolve("b"), folder.resolve("a"));
    Files.createSymbolicLink(folder.resolve("l"), Path.of("a"));
    Files.setAttribute(folder.resolve("a"), "unix:mode", 0750);

    Tree tree = DiskTree.read(temporary.resolve("disk"));

    assertThat(tree.get("/sub/a")).isSameAs(tree.get("/sub/b"));
    assertThat(tree.get("/sub/a").attributes().permissions()).isEqualTo(0750);
    assertThat(tree.get("/sub/a").regularFile().content().open())
        .hasBinaryContent("hello".getBytes(StandardCharsets.UTF_8));
    assertThat(tree.get("/sub/l").body()).isEqualTo(new Node.Symlink(ByteString.of("a")));
  }

  @Test
  void treeWithoutTheNamedFile_get_saysSo() {
    assertThatThrownBy(() -> new Tree().get("/nowhere"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/nowhere");
  }

  private static long group(CatalogDump catalog, String path) {
    return catalog.row(TreePath.of(path)).linkGroup();
  }

  /** Each tag as "name revision hash". */
  private List<String> tags(RepositoryPublisher publisher) throws IOException, SQLException {
    ContentHash history =
        ContentHash.parse(CatalogDump.manifestField(publisher.directory(), ".cvmfspublished", 'H'));
    Path file = temporary.resolve("history");
    Files.write(
        file,
        CatalogDump.plainBytes(
            publisher.directory(), history, ObjectKind.HISTORY, Compression.ZLIB));
    List<String> tags = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT name, revision, hash FROM tags")) {
      while (rows.next()) {
        String tag = rows.getString(1) + " " + rows.getLong(2);
        tags.add(tag);
        tags.add(tag + " " + rows.getString(3));
      }
    }
    return tags;
  }

  private RepositoryPublisher publisher(String name, PublisherOptions options) throws IOException {
    return new RepositoryPublisher(temporary.resolve(name), options);
  }

  private static long objects(RepositoryPublisher publisher) throws IOException {
    try (Stream<Path> files = Files.walk(publisher.directory().resolve("data"))) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private static Tree everyKind() {
    Tree tree = new Tree();
    tree.file("/bin/hello", "#!/bin/sh\necho hello\n").mode(0755).owner(1, 2).mtime(5, 6);
    tree.file("/empty", "");
    tree.symlink("/bin/hi", "hello");
    tree.fifo("/dev/fifo");
    tree.socket("/dev/socket");
    tree.characterDevice("/dev/null", 1, 3);
    tree.blockDevice("/dev/disk", 259, 70_000);
    tree.file("/attributes", "x").xattr("user.a", "b");
    tree.directory("/nested").nestedCatalog();
    tree.file("/nested/below/.cvmfscatalog", "");
    tree.file("/nested/below/file", "content");
    return tree;
  }
}
