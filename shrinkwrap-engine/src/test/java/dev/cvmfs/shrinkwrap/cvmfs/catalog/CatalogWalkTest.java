package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.catalog.Ownership.Owner;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ExternalSource;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Catalogs that no server tool of today publishes, or that nobody should. */
class CatalogWalkTest {
  private static final String ROOT_HASH = "0000000000000000000000000000000000000001";
  private static final String NESTED_HASH = "0000000000000000000000000000000000000002";
  private static final byte[] HASH = HashAlgorithm.SHA1.hash(new byte[] {1}).digest();
  private static final byte[] OTHER_HASH = HashAlgorithm.SHA1.hash(new byte[] {2}).digest();
  private static final Ownership AS_IS =
      new Ownership(Optional.empty(), IdMap.identity(), IdMap.identity(), false);

  @TempDir Path temporary;

  private CatalogBuilder root() throws SQLException {
    return CatalogBuilder.modern(temporary.resolve("root.db")).directory("");
  }

  private List<Entry> walk(Ownership ownership) {
    FilesSource source =
        new FilesSource(
            Map.of(
                ROOT_HASH, temporary.resolve("root.db"),
                NESTED_HASH, temporary.resolve("nested.db")));
    List<Entry> entries = new ArrayList<>();
    try (CatalogWalk walk =
        new CatalogWalk(
            new NestedCatalog(TreePath.ROOT, ContentHash.parse(ROOT_HASH)),
            new All(),
            ownership,
            source)) {
      walk.forEachRemaining(entries::add);
    }
    return entries;
  }

  private List<Entry> walk() {
    return walk(AS_IS);
  }

  private List<String> paths() {
    return walk().stream().map(entry -> entry.path().toString()).toList();
  }

  private static final class All implements Specification {
    @Override
    public boolean includes(TreePath path) {
      return true;
    }

    @Override
    public boolean descends(TreePath directory) {
      return true;
    }

    @Override
    public byte[] source() {
      return new byte[0];
    }
  }

  @Test
  void siblings_ofAnyNames_comeInPathOrder() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.directory("/a").directory("/a-b").file("/a/x", HASH, 1, 0).directory("/Z");
      root.file("/é", HASH, 1, 0).file("/~", HASH, 1, 0);
    }
    assertThat(paths()).containsExactly("/", "/Z", "/a", "/a/x", "/a-b", "/~", "/é");
  }

  @Test
  void hiddenEntries_areNotListed() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.file("/seen", HASH, 1, 0).file("/hidden", HASH, 1, 0x8000);
      root.row("/hiddendir", Map.of("mode", 040755, "flags", 0x8001));
      root.file("/hiddendir/below", HASH, 1, 0);
    }
    assertThat(paths()).containsExactly("/", "/seen");
  }

  @Test
  void nestedCatalog_isListedInItsPlaceWithTheParentsAttributes() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.row("/n", Map.of("mode", 040711, "flags", 3, "mtime", 7)).nested("/n", NESTED_HASH);
      root.file("/o", HASH, 1, 0);
    }
    try (CatalogBuilder nested = CatalogBuilder.modern(temporary.resolve("nested.db"))) {
      nested.property("root_prefix", "/n").row("/n", Map.of("mode", 040700, "flags", 33));
      nested.file("/n/f", HASH, 1, 0);
    }
    List<Entry> entries = walk();
    assertThat(entries)
        .extracting(e -> e.path().toString())
        .containsExactly("/", "/n", "/n/f", "/o");
    assertThat(entries.get(1).attributes().permissions()).isEqualTo(0711);
    assertThat(entries.get(1).attributes().mtime()).isEqualTo(new Timestamp(7, 0));
  }

  @Test
  void bindMountpoint_isReadUnderItsOwnPrefix() throws SQLException {
    String deeper = "0000000000000000000000000000000000000003";
    try (CatalogBuilder root = root()) {
      root.row("/snapshot", Map.of("mode", 040755, "flags", 1 | 0x4000));
      root.bind("/snapshot", NESTED_HASH);
    }
    try (CatalogBuilder nested = CatalogBuilder.modern(temporary.resolve("nested.db"))) {
      nested.property("root_prefix", "/live").row("/live", Map.of("mode", 040755, "flags", 33));
      nested.directory("/live/d").file("/live/d/f", HASH, 1, 0);
      nested.row("/live/deeper", Map.of("mode", 040755, "flags", 3)).nested("/live/deeper", deeper);
    }
    try (CatalogBuilder nested = CatalogBuilder.modern(temporary.resolve("deeper.db"))) {
      nested.property("root_prefix", "/live/deeper");
      nested.file("/live/deeper/g", HASH, 1, 0);
    }
    FilesSource source =
        new FilesSource(
            Map.of(
                ROOT_HASH, temporary.resolve("root.db"),
                NESTED_HASH, temporary.resolve("nested.db"),
                deeper, temporary.resolve("deeper.db")));
    List<String> paths = new ArrayList<>();
    try (CatalogWalk walk =
        new CatalogWalk(
            new NestedCatalog(TreePath.ROOT, ContentHash.parse(ROOT_HASH)),
            new All(),
            AS_IS,
            source)) {
      walk.forEachRemaining(entry -> paths.add(entry.path().toString()));
    }
    assertThat(paths)
        .containsExactly(
            "/",
            "/snapshot",
            "/snapshot/d",
            "/snapshot/d/f",
            "/snapshot/deeper",
            "/snapshot/deeper/g");
    assertThat(source.prefetched).containsExactly("/snapshot", "/snapshot/deeper");
  }

  @Test
  void hardLinks_inDifferentCatalogs_haveDifferentGroups() throws SQLException {
    Map<String, Object> link =
        Map.of("mode", 0100644, "flags", 4, "size", 1, "hash", HASH, "hardlinks", (1L << 32) | 2);
    try (CatalogBuilder root = root()) {
      root.row("/a", link).row("/b", link).file("/c", HASH, 1, 0);
      root.row("/n", Map.of("mode", 040755, "flags", 3)).nested("/n", NESTED_HASH);
    }
    try (CatalogBuilder nested = CatalogBuilder.modern(temporary.resolve("nested.db"))) {
      nested.property("root_prefix", "/n").row("/n/a", link).row("/n/b", link);
    }
    List<Long> groups =
        walk().stream()
            .filter(Entry.RegularFile.class::isInstance)
            .map(entry -> ((Entry.RegularFile) entry).linkGroup())
            .toList();
    assertThat(groups).hasSize(5);
    assertThat(groups.get(0)).isNotZero().isEqualTo(groups.get(1));
    assertThat(groups.get(2)).isZero();
    assertThat(groups.get(3)).isNotZero().isEqualTo(groups.get(4)).isNotEqualTo(groups.get(0));
  }

  @Test
  void chunkedFile_isItsChunksInOrderWhateverItsOwnHash() throws SQLException {
    int chunkedShakeStored = 64 | 2 << 8 | 1 << 11;
    try (CatalogBuilder root = root()) {
      root.file("/f", HASH, 7, chunkedShakeStored);
      root.chunk("/f", 5, 2, OTHER_HASH).chunk("/f", 0, 5, HASH);
    }
    Entry.RegularFile file = (Entry.RegularFile) walk().get(1);
    ContentHash first = new ContentHash(HashAlgorithm.SHAKE128, HASH);
    ContentHash second = new ContentHash(HashAlgorithm.SHAKE128, OTHER_HASH);
    assertThat(file.identity()).isEqualTo(first);
    assertThat(file.objects())
        .containsExactly(
            new ObjectRef(first, ObjectKind.CHUNK, Compression.NONE, 5),
            new ObjectRef(second, ObjectKind.CHUNK, Compression.NONE, 2));
  }

  @ParameterizedTest
  @CsvSource({"0, 4", "0, 6", "1, 5"})
  void chunksWithGapsOrOverlaps_areRefused(long offset, long secondOffset) throws SQLException {
    try (CatalogBuilder root = root()) {
      root.file("/f", HASH, 7, 64);
      root.chunk("/f", offset, 5, HASH).chunk("/f", secondOffset, 2, OTHER_HASH);
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("impossible entry /f: its chunks leave a gap or overlap");
  }

  @Test
  void emptyFile_hasNoObjects() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.file("/f", HASH, 0, 0);
    }
    Entry.RegularFile file = (Entry.RegularFile) walk().get(1);
    assertThat(file.objects()).isEmpty();
    assertThat(file.identity()).isEqualTo(new ContentHash(HashAlgorithm.SHA1, HASH));
  }

  @ParameterizedTest
  @CsvSource({"4096, unsupported compression 2 for /f", "768, unsupported hash algorithm 3 for /f"})
  void fileWithUnsupportedFlags_isRefusedByName(int flags, String message) throws SQLException {
    try (CatalogBuilder root = root()) {
      root.file("/f", HASH, 1, flags);
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining(message);
  }

  @Test
  void externalFile_tellsWhereItIs() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.file("/a b%+[ü].x", HASH, 1, 128);
    }
    Entry.RegularFile file = (Entry.RegularFile) walk().get(1);
    assertThat(file.objects().get(0).external())
        .contains(new ExternalSource("/a%20b%25+%5B%C3%BC%5D.x", 0, true));
  }

  @Test
  void oldSchema_lacksColumnsButReads() throws SQLException {
    try (CatalogBuilder root =
        CatalogBuilder.create(
            temporary.resolve("root.db"),
            "md5path_1 INTEGER, md5path_2 INTEGER, parent_1 INTEGER, parent_2 INTEGER,"
                + " inode INTEGER, hash BLOB, size INTEGER, mode INTEGER, mtime INTEGER,"
                + " flags INTEGER, name TEXT, symlink TEXT",
            Map.of())) {
      PathKey key = PathKey.of(new byte[0]);
      // Lists its root as the root's own child, as some old ones do.
      root.row(
          "",
          Map.of("mode", 040755, "flags", 1, "parent_1", key.first(), "parent_2", key.second()));
      root.row(
          "/f",
          Map.of("mode", 0100755, "flags", 4, "size", 3, "mtime", -5, "hash", HASH, "inode", 9));
      root.row("/l", Map.of("mode", 0120777, "flags", 12, "symlink", "f"));
    }
    List<Entry> entries = walk();
    assertThat(entries).extracting(e -> e.path().toString()).containsExactly("/", "/f", "/l");
    Entry.RegularFile file = (Entry.RegularFile) entries.get(1);
    assertThat(file.linkGroup()).isZero();
    assertThat(file.attributes().uid()).isZero();
    assertThat(file.attributes().mtime()).isEqualTo(new Timestamp(-5, 0));
    assertThat(file.attributes().xattrs().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.9", "1.2", "2.4", "2.5"})
  void knownSchema_isRead(String schema) throws SQLException {
    try (CatalogBuilder root = root()) {
      root.property("schema", schema);
    }
    assertThat(paths()).containsExactly("/");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.0", "2.3", "2.6", "3.0"})
  void unknownSchema_isRefused(String schema) throws SQLException {
    try (CatalogBuilder root = root()) {
      root.property("schema", schema);
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("has schema " + schema);
  }

  @Test
  void catalogThatAsksForAuthorization_isRefused() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.property("voms_authz", "/cms");
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("voms_authz");
  }

  @Test
  void mountpointWithoutCatalog_isRefused() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.row("/n", Map.of("mode", 040755, "flags", 3));
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("says that /n is in a catalog of its own, but not in which");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "a/b", ""})
  void impossibleName_isRefused(String name) throws SQLException {
    try (CatalogBuilder root = root()) {
      root.row("/f", Map.of("mode", 0100644, "flags", 4, "size", 1, "hash", HASH, "name", name));
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("has an impossible name in /");
  }

  @Test
  void ownersAndPermissions_areAsTheSiteWantsThem() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.row("/d", Map.of("mode", 040700, "flags", 1, "uid", 5, "gid", 6));
      root.row(
          "/f", Map.of("mode", 0100600, "flags", 4, "size", 1, "hash", HASH, "uid", 7, "gid", 7));
    }
    IdMap uids = new IdMap(Map.of(5L, 50L), OptionalLong.of(99));
    List<Entry> mapped = walk(new Ownership(Optional.empty(), uids, IdMap.identity(), true));
    assertThat(mapped.get(1).attributes().uid()).isEqualTo(50);
    assertThat(mapped.get(1).attributes().gid()).isEqualTo(6);
    assertThat(mapped.get(1).attributes().permissions()).isEqualTo(0755);
    assertThat(mapped.get(2).attributes().uid()).isEqualTo(99);
    assertThat(mapped.get(2).attributes().permissions()).isEqualTo(0644);

    List<Entry> claimed =
        walk(new Ownership(Optional.of(new Owner(1, 2)), uids, IdMap.identity(), false));
    assertThat(claimed.get(2).attributes().uid()).isEqualTo(1);
    assertThat(claimed.get(2).attributes().gid()).isEqualTo(2);
    assertThat(claimed.get(2).attributes().permissions()).isEqualTo(0600);
  }

  @Test
  void deviceNumbers_areThoseOfLinux() throws SQLException {
    try (CatalogBuilder root = root()) {
      // What glibc's makedev(0x12345, 0x6789a) gives.
      root.row("/d", Map.of("mode", 020644, "flags", 20, "size", 0x1_2000_6783_459aL));
    }
    Entry.Special device = (Entry.Special) walk().get(1);
    assertThat(device.major()).isEqualTo(0x12345);
    assertThat(device.minor()).isEqualTo(0x6789a);
  }

  @Test
  void catalogBelowAPathThatIsNotUtf8_findsItsRootAndItsNestedCatalogs() throws SQLException {
    byte[] prefix = {'/', 'b', (byte) 0xcb, (byte) 0xff};
    TreePath mountpoint = TreePath.of(prefix);
    byte[] below = mountpoint.child(new byte[] {'n'}).bytes();
    Path file = temporary.resolve("nested.db");
    try (CatalogBuilder nested = CatalogBuilder.modern(file)) {
      nested.execute("INSERT INTO properties VALUES ('root_prefix', CAST(? AS TEXT))", prefix);
      nested.execute(
          "INSERT INTO nested_catalogs VALUES (CAST(? AS TEXT), ?)", below, "ab".repeat(20));
    }
    try (Catalog catalog =
        Catalog.open(file, new NestedCatalog(mountpoint, ContentHash.parse("cd".repeat(20))))) {
      assertThat(catalog.rootKey()).isEqualTo(PathKey.of(prefix));
      assertThat(catalog.nested()).containsOnlyKeys(TreePath.of(below));
    }
  }

  @Test
  void directoryWithTheKeyOfOneAboveIt_isRefused() throws SQLException {
    PathKey top = PathKey.of("/n".getBytes(StandardCharsets.UTF_8));
    try (CatalogBuilder root = root();
        CatalogBuilder nested = CatalogBuilder.modern(temporary.resolve("nested.db"))) {
      root.row("/n", Map.of("mode", 040755, "flags", 3)).nested("/n", NESTED_HASH);
      nested.directory("/n/a");
      nested.row(
          "/n/a/b",
          Map.of("mode", 040755, "flags", 1, "md5path_1", top.first(), "md5path_2", top.second()));
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("keeps /n/a/b under another path's key");
  }

  @Test
  void nestedCatalogWithoutHash_isRefused() throws SQLException {
    try (CatalogBuilder root = root()) {
      root.execute("INSERT INTO nested_catalogs (path) VALUES ('/n')");
    }
    assertThatThrownBy(this::walk)
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("refers to a catalog that has no proper path or hash");
  }
}
