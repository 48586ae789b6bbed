package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.InflaterInputStream;

/**
 * Everything that stands in one catalog of a repository folder, read by plain SQL without any of
 * the main code's readers.
 *
 * @param schema the statements that made the database
 * @param rows the columns of each entry as text, by the entry's name and key
 * @param chunks by file key
 */
record CatalogDump(
    List<String> schema,
    Map<String, String> properties,
    Map<String, Long> statistics,
    Map<PathKey, Row> rows,
    Map<PathKey, List<Chunk>> chunks,
    Map<String, ContentHash> nested,
    Map<String, Long> nestedSizes) {

  /** A row of the table {@code catalog}; blobs and names as hexadecimal digits. */
  record Row(
      PathKey key,
      PathKey parent,
      long linkGroup,
      long linkCount,
      Optional<String> hash,
      long size,
      int mode,
      long mtime,
      Optional<Integer> nanos,
      int flags,
      String name,
      String symlink,
      long uid,
      long gid,
      Optional<String> xattr) {

    Row withoutHash() {
      return new Row(
          key,
          parent,
          linkGroup,
          linkCount,
          Optional.empty(),
          size,
          mode,
          mtime,
          nanos,
          flags,
          name,
          symlink,
          uid,
          gid,
          xattr);
    }

    /** Nobody can tell nanoseconds that are not kept from none. */
    Row withNanosOrZero() {
      return new Row(
          key,
          parent,
          linkGroup,
          linkCount,
          hash,
          size,
          mode,
          mtime,
          Optional.of(nanos.orElse(0)),
          flags,
          name,
          symlink,
          uid,
          gid,
          xattr);
    }

    HashAlgorithm algorithm() {
      return switch (flags >> 8 & 7) {
        case 0 -> HashAlgorithm.SHA1;
        case 1 -> HashAlgorithm.RIPEMD160;
        case 2 -> HashAlgorithm.SHAKE128;
        default -> throw new IllegalArgumentException("flags " + flags);
      };
    }

    Compression compression() {
      return switch (flags >> 11 & 7) {
        case 0 -> Compression.ZLIB;
        case 1 -> Compression.NONE;
        default -> throw new IllegalArgumentException("flags " + flags);
      };
    }
  }

  /** A row of the table {@code chunks}. */
  record Chunk(long offset, long size, String hash) {}

  /** All catalogs of the revision that a manifest names, by mountpoint. */
  static Map<TreePath, CatalogDump> readAll(Path repository, String manifest)
      throws IOException, SQLException {
    Map<TreePath, CatalogDump> all = new TreeMap<>();
    readAll(repository, TreePath.ROOT, rootHash(repository, manifest), all);
    return all;
  }

  private static void readAll(
      Path repository, TreePath mountpoint, ContentHash hash, Map<TreePath, CatalogDump> all)
      throws IOException, SQLException {
    CatalogDump catalog = read(repository, hash);
    all.put(mountpoint, catalog);
    for (Map.Entry<String, ContentHash> nested : catalog.nested().entrySet()) {
      readAll(repository, TreePath.of(nested.getKey()), nested.getValue(), all);
    }
  }

  static ContentHash rootHash(Path repository, String manifest) throws IOException {
    return ContentHash.parse(manifestField(repository, manifest, 'C'));
  }

  /** The value of a line of a manifest. */
  static String manifestField(Path repository, String manifest, char letter) throws IOException {
    String text =
        new String(Files.readAllBytes(repository.resolve(manifest)), StandardCharsets.ISO_8859_1);
    return text.lines()
        .filter(line -> line.charAt(0) == letter)
        .findFirst()
        .orElseThrow()
        .substring(1);
  }

  static CatalogDump read(Path repository, ContentHash hash) throws IOException, SQLException {
    Path file = Files.createTempFile("catalog", ".tmp");
    try {
      Files.write(file, plainBytes(repository, hash, ObjectKind.CATALOG, Compression.ZLIB));
      try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
          Statement statement = connection.createStatement()) {
        return read(statement);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static CatalogDump read(Statement statement) throws SQLException {
    Map<String, ContentHash> nested = new TreeMap<>();
    Map<String, Long> nestedSizes = new TreeMap<>();
    try (ResultSet rows = statement.executeQuery("SELECT * FROM nested_catalogs")) {
      while (rows.next()) {
        nested.put(rows.getString("path"), ContentHash.parse(rows.getString("sha1")));
        nestedSizes.put(rows.getString("path"), rows.getLong("size"));
      }
    }
    Map<String, Long> statistics = new TreeMap<>();
    textTable(statement, "SELECT counter, value FROM statistics")
        .forEach((name, value) -> statistics.put(name, Long.valueOf(value)));
    return new CatalogDump(
        schema(statement),
        textTable(statement, "SELECT key, value FROM properties"),
        statistics,
        rows(statement),
        chunks(statement),
        nested,
        nestedSizes);
  }

  private static List<String> schema(Statement statement) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")) {
      while (rows.next()) {
        statements.add(rows.getString(1));
      }
    }
    return statements;
  }

  private static Map<String, String> textTable(Statement statement, String query)
      throws SQLException {
    Map<String, String> table = new TreeMap<>();
    try (ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        table.put(rows.getString(1), rows.getString(2));
      }
    }
    return table;
  }

  private static Map<PathKey, Row> rows(Statement statement) throws SQLException {
    Map<PathKey, Row> all = new TreeMap<>(PathKey.ORDER);
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT md5path_1, md5path_2, parent_1, parent_2, hardlinks, hex(hash), hash IS NULL,"
                + " size, mode, mtime, mtimens, mtimens IS NULL, flags, hex(name), hex(symlink),"
                + " uid, gid, hex(xattr), xattr IS NULL, typeof(name), typeof(symlink) FROM"
                + " catalog")) {
      while (rows.next()) {
        if (!rows.getString(20).equals("text") || !rows.getString(21).equals("text")) {
          throw new IllegalArgumentException("names are to be text");
        }
        Row row =
            new Row(
                new PathKey(rows.getLong(1), rows.getLong(2)),
                new PathKey(rows.getLong(3), rows.getLong(4)),
                rows.getLong(5) >>> 32,
                rows.getLong(5) & 0xffff_ffffL,
                rows.getBoolean(7) ? Optional.empty() : Optional.of(rows.getString(6)),
                rows.getLong(8),
                rows.getInt(9),
                rows.getLong(10),
                rows.getBoolean(12) ? Optional.empty() : Optional.of(rows.getInt(11)),
                rows.getInt(13),
                rows.getString(14),
                rows.getString(15),
                rows.getLong(16),
                rows.getLong(17),
                rows.getBoolean(19) ? Optional.empty() : Optional.of(rows.getString(18)));
        all.put(row.key(), row);
      }
    }
    return all;
  }

  private static Map<PathKey, List<Chunk>> chunks(Statement statement) throws SQLException {
    Map<PathKey, List<Chunk>> all = new TreeMap<>(PathKey.ORDER);
    try (ResultSet rows =
        statement.executeQuery(
            "SELECT md5path_1, md5path_2, offset, size, hex(hash) FROM chunks ORDER BY offset")) {
      while (rows.next()) {
        all.computeIfAbsent(new PathKey(rows.getLong(1), rows.getLong(2)), key -> new ArrayList<>())
            .add(new Chunk(rows.getLong(3), rows.getLong(4), rows.getString(5)));
      }
    }
    return all;
  }

  /** The plain content of a regular file of this catalog. */
  byte[] content(Path repository, TreePath path) throws IOException {
    return content(repository, row(path));
  }

  /** The plain content of a regular file of this catalog. */
  byte[] content(Path repository, Row row) throws IOException {
    if ((row.flags() & CatalogRow.CHUNKED) == 0) {
      return piece(repository, row, row.hash().orElseThrow(), ObjectKind.DATA);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    for (Chunk chunk : chunks.getOrDefault(row.key(), List.of())) {
      byte[] piece = piece(repository, row, chunk.hash(), ObjectKind.CHUNK);
      if (chunk.offset() != whole.size() || chunk.size() != piece.length) {
        throw new IOException("%s of %s has %d bytes".formatted(chunk, row, piece.length));
      }
      whole.writeBytes(piece);
    }
    return whole.toByteArray();
  }

  Row row(TreePath path) {
    Row row = rows.get(PathKey.of(path));
    if (row == null) {
      throw new IllegalArgumentException("the catalog has no " + path);
    }
    return row;
  }

  private static byte[] piece(Path repository, Row row, String hash, ObjectKind kind)
      throws IOException {
    return plainBytes(
        repository,
        new ContentHash(row.algorithm(), HexFormat.of().parseHex(hash)),
        kind,
        row.compression());
  }

  /** An object's plain bytes, after its hash has been checked. */
  static byte[] plainBytes(
      Path repository, ContentHash hash, ObjectKind kind, Compression compression)
      throws IOException {
    byte[] stored = Files.readAllBytes(ObjectDirectory.locate(repository, hash, kind));
    if (!ObjectHash.of(hash.algorithm(), stored).equals(hash)) {
      throw new IOException("object is not what its name says: " + hash);
    }
    if (compression == Compression.NONE) {
      return stored;
    }
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(stored))) {
      return in.readAllBytes();
    }
  }
}
