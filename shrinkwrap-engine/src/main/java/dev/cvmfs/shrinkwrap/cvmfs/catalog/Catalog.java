package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One catalog: an SQLite database with the files of a subtree, down to the mountpoints of further
 * catalogs (catalog_sql.cc). Not safe for use by several threads.
 *
 * <p>Tables: {@code catalog} (one row a file, found by the key of its path or of its directory),
 * {@code chunks}, {@code nested_catalogs} and {@code bind_mountpoints} (path, hash), {@code
 * properties} (key, value). The columns depend on the schema's age, and their order on the
 * catalog's history, so they are asked for by name, and those that are missing read as NULL.
 *
 * <p>Keys and nested paths in a catalog are made of the path that it was published for, its {@code
 * root_prefix}. Usually that is its mountpoint; for bind mountpoints it is not.
 */
public final class Catalog implements AutoCloseable {
  private static final double EPSILON = 0.0005;
  private static final List<String> COLUMNS =
      List.of(
          "md5path_1",
          "md5path_2",
          "name",
          "hash",
          "size",
          "mode",
          "mtime",
          "mtimens",
          "flags",
          "hardlinks",
          "symlink",
          "uid",
          "gid",
          "xattr");

  private final NestedCatalog identity;
  private final Connection connection;
  private final Map<String, byte[]> properties = new HashMap<>();
  private final String columns;
  private final byte[] prefix;
  private final PathKey rootKey;
  private final Map<TreePath, NestedCatalog> nested = new HashMap<>();
  private final Deque<PreparedStatement> idleListings = new ArrayDeque<>();

  private Catalog(NestedCatalog identity, Connection connection) throws SQLException {
    this.identity = identity;
    this.connection = connection;
    readProperties();
    requireKnownSchema();
    if (!property("voms_authz").orElse("").isEmpty()) {
      throw new CvmfsFailure.Data(
          "%s asks for an authorization of its readers (voms_authz), which is not supported"
              .formatted(this));
    }
    this.columns = selectedColumns();
    this.prefix = properties.getOrDefault("root_prefix", identity.mountpoint().bytes());
    this.rootKey = PathKey.of(prefix);
    readNested("nested_catalogs");
    readNested("bind_mountpoints");
  }

  /**
   * Opens a catalog.
   *
   * @param file the inflated database
   * @throws CvmfsFailure.Data if it is not a catalog of a known schema, or needs an authorization
   * @throws UncheckedIOException if SQLite itself cannot be loaded
   */
  public static Catalog open(Path file, NestedCatalog identity) {
    try {
      Connection connection = Sqlite.openReadOnly(file);
      try {
        return new Catalog(identity, connection);
      } catch (SQLException | RuntimeException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw unreadable(identity, e);
    }
  }

  private static CvmfsFailure unreadable(NestedCatalog identity, SQLException cause) {
    return new CvmfsFailure.Data(
        "%s cannot be read: %s".formatted(name(identity), cause.getMessage()), cause);
  }

  private void readProperties() throws SQLException {
    // As bytes: one of them is a path, and paths are UTF-8 by custom only.
    try (ResultSet rows =
        connection
            .createStatement()
            .executeQuery("SELECT key, CAST(value AS BLOB) FROM properties")) {
      while (rows.next()) {
        properties.put(Sqlite.text(rows, 1), blob(rows, 2));
      }
    }
  }

  private void requireKnownSchema() {
    double schema;
    try {
      schema = Double.parseDouble(property("schema").orElse("1.0"));
    } catch (NumberFormatException e) {
      throw new CvmfsFailure.Data("%s has no schema number".formatted(this), e);
    }
    boolean known =
        schema < 2.0 - EPSILON
            || Math.abs(schema - 2.4) < EPSILON
            || Math.abs(schema - 2.5) < EPSILON;
    if (!known) {
      throw new CvmfsFailure.Data(
          String.format(
              Locale.ROOT,
              "%s has schema %s; known are those before 2.0, 2.4 and 2.5. A newer version of this program may know it",
              this,
              schema));
    }
  }

  private String selectedColumns() throws SQLException {
    Set<String> present = new HashSet<>();
    try (ResultSet rows = connection.createStatement().executeQuery("PRAGMA table_info(catalog)")) {
      while (rows.next()) {
        present.add(rows.getString("name"));
      }
    }
    List<String> selected = new ArrayList<>();
    for (String column : COLUMNS) {
      if (!present.contains(column)) {
        selected.add("NULL");
      } else if (column.equals("name") || column.equals("symlink")) {
        // As bytes: they are UTF-8 by custom only.
        selected.add("CAST(%s AS BLOB)".formatted(column));
      } else {
        selected.add(column);
      }
    }
    return String.join(", ", selected);
  }

  private boolean hasTable(String table) throws SQLException {
    try (PreparedStatement exists =
        connection.prepareStatement("SELECT 1 FROM sqlite_master WHERE type='table' AND name=?")) {
      exists.setString(1, table);
      try (ResultSet found = exists.executeQuery()) {
        return found.next();
      }
    }
  }

  private void readNested(String table) throws SQLException {
    if (!hasTable(table)) {
      return;
    }
    try (ResultSet rows =
        connection
            .createStatement()
            .executeQuery("SELECT CAST(path AS BLOB), sha1 FROM " + table)) {
      while (rows.next()) {
        byte[] path = blob(rows, 1);
        try {
          TreePath mountpoint = mounted(path);
          nested.put(
              mountpoint, new NestedCatalog(mountpoint, ContentHash.parse(Sqlite.text(rows, 2))));
        } catch (IllegalArgumentException e) {
          throw new CvmfsFailure.Data(
              "%s refers to a catalog that has no proper path or hash: %s"
                  .formatted(this, e.getMessage()),
              e);
        }
      }
    }
  }

  /** The path under our mountpoint of what the catalog keeps under its prefix. */
  private TreePath mounted(byte[] path) {
    if (path.length < prefix.length
        || !Arrays.equals(path, 0, prefix.length, prefix, 0, prefix.length)) {
      throw new IllegalArgumentException("a path outside of the catalog");
    }
    byte[] mountpoint = identity.mountpoint().bytes();
    byte[] mounted = Arrays.copyOf(mountpoint, mountpoint.length + path.length - prefix.length);
    System.arraycopy(path, prefix.length, mounted, mountpoint.length, path.length - prefix.length);
    return TreePath.of(mounted);
  }

  public NestedCatalog identity() {
    return identity;
  }

  /** A value of the table {@code properties}. */
  public Optional<String> property(String key) {
    return Optional.ofNullable(properties.get(key))
        .map(value -> new String(value, StandardCharsets.UTF_8));
  }

  /** The table {@code statistics} (counter, value); empty if the catalog is too old to have it. */
  public Map<String, Long> statistics() {
    try {
      Map<String, Long> counters = new HashMap<>();
      if (hasTable("statistics")) {
        try (ResultSet rows =
            connection.createStatement().executeQuery("SELECT counter, value FROM statistics")) {
          while (rows.next()) {
            counters.put(String.valueOf(rows.getString(1)), rows.getLong(2));
          }
        }
      }
      return counters;
    } catch (SQLException e) {
      throw unreadable(identity, e);
    }
  }

  /** The catalogs that are mounted in this one, by their mountpoints. */
  Map<TreePath, NestedCatalog> nested() {
    return nested;
  }

  /** The key of the directory that this catalog lists. */
  PathKey rootKey() {
    return rootKey;
  }

  /** The key of a path at or below our mountpoint. */
  PathKey key(TreePath path) {
    byte[] mounted = path.bytes();
    int start = identity.mountpoint().length();
    byte[] own = Arrays.copyOf(prefix, prefix.length + mounted.length - start);
    System.arraycopy(mounted, start, own, prefix.length, mounted.length - start);
    return PathKey.of(own);
  }

  /** The row of a path. */
  Optional<CatalogRow> find(PathKey key) {
    String query =
        "SELECT %s FROM catalog WHERE md5path_1 = ? AND md5path_2 = ?".formatted(columns);
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, key.first());
      statement.setLong(2, key.second());
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next() ? Optional.of(row(rows)) : Optional.empty();
      }
    } catch (SQLException e) {
      throw unreadable(identity, e);
    }
  }

  /** The visible files of a directory, sorted by the bytes of their names. */
  Listing list(PathKey directory) {
    return new Listing(directory);
  }

  /** The pieces of a chunked file, in order. */
  List<Chunk> chunks(PathKey file) {
    String query =
        "SELECT offset, size, hash FROM chunks WHERE md5path_1 = ? AND md5path_2 = ? ORDER BY offset";
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setLong(1, file.first());
      statement.setLong(2, file.second());
      List<Chunk> chunks = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          chunks.add(new Chunk(rows.getLong(1), rows.getLong(2), blob(rows, 3)));
        }
      }
      return chunks;
    } catch (SQLException e) {
      throw unreadable(identity, e);
    }
  }

  private static CatalogRow row(ResultSet rows) throws SQLException {
    return new CatalogRow(
        new PathKey(rows.getLong(1), rows.getLong(2)),
        blob(rows, 3),
        blob(rows, 4),
        rows.getLong(5),
        rows.getInt(6),
        rows.getLong(7),
        rows.getLong(8),
        rows.getInt(9),
        rows.getLong(10),
        blob(rows, 11),
        rows.getLong(12),
        rows.getLong(13),
        blob(rows, 14));
  }

  private static byte[] blob(ResultSet rows, int column) throws SQLException {
    byte[] bytes = rows.getBytes(column);
    return bytes == null ? new byte[0] : bytes;
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It was only read, so nothing is lost.
    }
  }

  /** For messages. */
  @Override
  public String toString() {
    return name(identity);
  }

  private static String name(NestedCatalog identity) {
    return "catalog %s of %s".formatted(identity.hash(), identity.mountpoint());
  }

  /**
   * The rows of one directory, read as they are asked for: SQLite sorts them, on disk if need be,
   * so even a directory of a million files takes little memory here. Statements are used again,
   * because preparing one takes longer than reading a small directory.
   */
  final class Listing implements AutoCloseable {
    private final PathKey directory;
    private final PreparedStatement statement;
    private final ResultSet rows;

    private Listing(PathKey directory) {
      this.directory = directory;
      try {
        PreparedStatement idle = idleListings.poll();
        statement =
            idle != null
                ? idle
                : connection.prepareStatement(
                    "SELECT %s FROM catalog WHERE parent_1 = ? AND parent_2 = ? ORDER BY CAST(name AS BLOB)"
                        .formatted(columns));
        statement.setLong(1, directory.first());
        statement.setLong(2, directory.second());
        rows = statement.executeQuery();
      } catch (SQLException e) {
        throw unreadable(identity, e);
      }
    }

    Optional<CatalogRow> next() {
      try {
        while (rows.next()) {
          CatalogRow row = row(rows);
          // Some old catalogs list a root as its own child.
          if (!row.isHidden() && !row.key().equals(directory)) {
            return Optional.of(row);
          }
        }
        return Optional.empty();
      } catch (SQLException e) {
        throw unreadable(identity, e);
      }
    }

    @Override
    public void close() {
      try {
        rows.close();
        idleListings.push(statement);
      } catch (SQLException e) {
        throw unreadable(identity, e);
      }
    }
  }
}
