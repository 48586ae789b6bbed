package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes catalogs of any schema, right or wrong. */
final class CatalogBuilder implements AutoCloseable {
  static final int DIRECTORY = 1;
  static final int FILE = 4;

  private final Connection connection;
  private final Path file;

  private CatalogBuilder(Connection connection, Path file) {
    this.connection = connection;
    this.file = file;
  }

  /** The newest schema. */
  static CatalogBuilder modern(Path file) throws SQLException {
    return create(
        file,
        "md5path_1 INTEGER, md5path_2 INTEGER, parent_1 INTEGER, parent_2 INTEGER,"
            + " hardlinks INTEGER, hash BLOB, size INTEGER, mode INTEGER, mtime INTEGER,"
            + " mtimens INTEGER, flags INTEGER, name TEXT, symlink TEXT, uid INTEGER, gid INTEGER,"
            + " xattr BLOB",
        Map.of("schema", "2.5", "schema_revision", "7"));
  }

  static CatalogBuilder create(Path file, String columns, Map<String, String> properties)
      throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    connection.setAutoCommit(false);
    CatalogBuilder builder = new CatalogBuilder(connection, file);
    builder.execute("CREATE TABLE properties (key TEXT PRIMARY KEY, value TEXT)");
    builder.execute(
        "CREATE TABLE catalog (%s, PRIMARY KEY (md5path_1, md5path_2))".formatted(columns));
    builder.execute("CREATE INDEX idx_catalog_parent ON catalog (parent_1, parent_2)");
    builder.execute(
        "CREATE TABLE chunks (md5path_1 INTEGER, md5path_2 INTEGER, offset INTEGER, size INTEGER, hash BLOB, PRIMARY KEY (md5path_1, md5path_2, offset, size))");
    builder.execute("CREATE TABLE nested_catalogs (path TEXT PRIMARY KEY, sha1 TEXT)");
    for (Map.Entry<String, String> property : properties.entrySet()) {
      builder.property(property.getKey(), property.getValue());
    }
    return builder;
  }

  void execute(String statement, Object... values) throws SQLException {
    try (PreparedStatement prepared = connection.prepareStatement(statement)) {
      for (int i = 0; i < values.length; i++) {
        prepared.setObject(i + 1, values[i]);
      }
      prepared.execute();
    }
  }

  CatalogBuilder property(String key, String value) throws SQLException {
    execute("INSERT OR REPLACE INTO properties VALUES (?, ?)", key, value);
    return this;
  }

  /** Adds a row; what is not given is NULL. The path may be that under the catalog's prefix. */
  CatalogBuilder row(String path, Map<String, ?> values) throws SQLException {
    TreePath treePath = TreePath.of(path);
    PathKey key = PathKey.of(treePath.bytes());
    PathKey parent = treePath.isRoot() ? new PathKey(0, 0) : PathKey.of(treePath.parent().bytes());
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("md5path_1", key.first());
    row.put("md5path_2", key.second());
    row.put("parent_1", parent.first());
    row.put("parent_2", parent.second());
    row.put("name", new String(treePath.name(), StandardCharsets.UTF_8));
    row.putAll(values);
    insert("catalog", row.keySet(), new ArrayList<>(row.values()));
    return this;
  }

  private void insert(String table, Collection<String> columns, List<?> values)
      throws SQLException {
    execute(
        "INSERT INTO %s (%s) VALUES (%s)"
            .formatted(
                table,
                String.join(", ", columns),
                String.join(", ", Collections.nCopies(values.size(), "?"))),
        values.toArray());
  }

  CatalogBuilder directory(String path) throws SQLException {
    return row(path, Map.of("mode", 040755, "flags", DIRECTORY, "mtime", 1, "size", 4096));
  }

  CatalogBuilder file(String path, byte[] hash, long size, int moreFlags) throws SQLException {
    return row(
        path,
        Map.of("mode", 0100644, "flags", FILE | moreFlags, "mtime", 1, "size", size, "hash", hash));
  }

  CatalogBuilder chunk(String path, long offset, long size, byte[] hash) throws SQLException {
    PathKey key = PathKey.of(TreePath.of(path).bytes());
    execute(
        "INSERT INTO chunks VALUES (?, ?, ?, ?, ?)", key.first(), key.second(), offset, size, hash);
    return this;
  }

  CatalogBuilder nested(String path, String hash) throws SQLException {
    execute("INSERT INTO nested_catalogs VALUES (?, ?)", path, hash);
    return this;
  }

  CatalogBuilder bind(String path, String hash) throws SQLException {
    execute("CREATE TABLE IF NOT EXISTS bind_mountpoints (path TEXT, sha1 TEXT, size INTEGER)");
    execute("INSERT INTO bind_mountpoints (path, sha1) VALUES (?, ?)", path, hash);
    return this;
  }

  Path file() {
    return file;
  }

  @Override
  public void close() throws SQLException {
    connection.commit();
    connection.close();
  }
}
