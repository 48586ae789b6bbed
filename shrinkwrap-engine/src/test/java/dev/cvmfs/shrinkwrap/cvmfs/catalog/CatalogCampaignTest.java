package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.campaign.Campaign;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in catalogs, and the databases themselves, spoilt in many ways. */
class CatalogCampaignTest {
  private static final ContentHash ROOT = ContentHash.parse("0".repeat(39) + "1");
  private static final ContentHash NESTED = ContentHash.parse("0".repeat(39) + "2");
  private static final byte[] CONTENT = HexFormat.of().parseHex("ab".repeat(20));
  private static final byte[] XATTRS =
      HexFormat.of().parseHex("01020803757365722E62696E00FF100905757365722E64656D6F68656C6C6F");
  private static final Specification ALL =
      Specification.parse("/*".getBytes(StandardCharsets.UTF_8), "all.spec");
  private static final Ownership AS_IT_IS =
      new Ownership(Optional.empty(), IdMap.identity(), IdMap.identity(), false);

  @TempDir Path temporary;

  /**
   * A few catalogs. Each is opened once at most, for no real one can be mounted below itself: its
   * hash would have to be known before its content.
   */
  private record FewCatalogs(Map<ContentHash, Path> files) implements CatalogSource {
    @Override
    public Catalog open(NestedCatalog catalog) {
      Path file = files.remove(catalog.hash());
      if (file == null) {
        throw new CvmfsFailure.Network("nobody has " + catalog);
      }
      return Catalog.open(file, catalog);
    }

    @Override
    public void prefetch(NestedCatalog catalog) {}

    @Override
    public void close() {}
  }

  @Test
  void xattrBlobs_spoilt_areReadOrFoundBroken() {
    Campaign.run("xattrs", List.of(XATTRS), CvmfsFailure.class, XattrBlob::parse);
  }

  @Test
  void ownerMaps_spoilt_areReadOrRefused() {
    byte[] map = "# owners\n 1000 0\n1001\t2\n* 4294967295\n".getBytes(StandardCharsets.US_ASCII);
    Campaign.run(
        "owner map",
        List.of(map),
        ConfFailure.class,
        input ->
            IdMap.parse(
                    new String(input, StandardCharsets.ISO_8859_1).lines().toList(),
                    Path.of("uid.map"))
                .map(1000));
  }

  @Test
  void rootCatalogs_spoilt_areWalkedOrRefused() throws IOException, SQLException {
    byte[] root = rootCatalog();
    Path nested = Files.write(temporary.resolve("nested"), nestedCatalog());
    Campaign.run(
        "root catalog",
        Effort.of(1_000, 300_000),
        List.of(root),
        List.of(CvmfsFailure.class),
        input -> walk(Files.write(temporary.resolve("spoilt"), input), nested));
  }

  @Test
  void nestedCatalogs_spoilt_areWalkedOrRefused() throws IOException, SQLException {
    Path root = Files.write(temporary.resolve("root"), rootCatalog());
    Campaign.run(
        "nested catalog",
        Effort.of(1_000, 300_000),
        List.of(nestedCatalog()),
        List.of(CvmfsFailure.class),
        input -> walk(root, Files.write(temporary.resolve("spoilt"), input)));
  }

  @Test
  void histories_spoilt_areReadOrRefused() throws IOException, SQLException {
    Campaign.run(
        "history",
        Effort.of(1_000, 300_000),
        List.of(history()),
        List.of(CvmfsFailure.class),
        input -> {
          History history = new History(Files.write(temporary.resolve("spoilt"), input));
          history.tagged("first");
          history.at(Instant.ofEpochSecond(5));
        });
  }

  private static void walk(Path root, Path nested) {
    Map<ContentHash, Path> files = new HashMap<>(Map.of(ROOT, root, NESTED, nested));
    try (CatalogWalk walk =
        new CatalogWalk(
            new NestedCatalog(TreePath.ROOT, ROOT), ALL, AS_IT_IS, new FewCatalogs(files))) {
      while (walk.hasNext()) {
        walk.next();
      }
    }
  }

  private byte[] rootCatalog() throws IOException, SQLException {
    Path file = temporary.resolve("made");
    try (CatalogBuilder root = CatalogBuilder.modern(file)) {
      root.property("revision", "7").property("last_modified", "17");
      root.directory("").directory("/a").directory("/a/b").directory("/z");
      for (int i = 0; i < 12; i++) {
        root.file("/a/b/file" + i, CONTENT, 5, 0);
      }
      root.file("/a/chunked", CONTENT, 7, 64);
      root.chunk("/a/chunked", 0, 5, CONTENT).chunk("/a/chunked", 5, 2, CONTENT);
      root.row("/a/link", Map.of("mode", 0120777, "flags", 12, "symlink", "b/file1"));
      root.row("/a/device", Map.of("mode", 020644, "flags", 20, "size", 0x501));
      root.row(
          "/a/named",
          Map.of("mode", 0100644, "flags", 4, "size", 1, "hash", CONTENT, "xattr", XATTRS));
      root.row("/n", Map.of("mode", 040755, "flags", 3));
      root.nested("/n", NESTED.toString());
    }
    return compact(file);
  }

  private byte[] nestedCatalog() throws IOException, SQLException {
    Path file = temporary.resolve("made");
    try (CatalogBuilder nested = CatalogBuilder.modern(file)) {
      nested.property("root_prefix", "/n");
      nested.row("/n", Map.of("mode", 040755, "flags", 33));
      nested.directory("/n/c").file("/n/c/f", CONTENT, 5, 0).file("/n/g", CONTENT, 0, 0);
      nested.row("/n/hidden", Map.of("mode", 040755, "flags", 1 | 1 << 15));
    }
    return compact(file);
  }

  private byte[] history() throws IOException, SQLException {
    Path file = temporary.resolve("made");
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE tags (name TEXT PRIMARY KEY, hash TEXT, revision INTEGER, timestamp"
              + " INTEGER, branch TEXT)");
      for (String name : List.of("first", "second", "third")) {
        statement.execute("INSERT INTO tags VALUES ('%s', '%s', 1, 2, '')".formatted(name, ROOT));
      }
    }
    return compact(file);
  }

  /** With small pages there is less empty space, where changes would change nothing. */
  private static byte[] compact(Path file) throws IOException, SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        Statement statement = connection.createStatement()) {
      statement.execute("PRAGMA page_size = 512");
      statement.execute("VACUUM");
    }
    byte[] bytes = Files.readAllBytes(file);
    Files.delete(file);
    return bytes;
  }
}
