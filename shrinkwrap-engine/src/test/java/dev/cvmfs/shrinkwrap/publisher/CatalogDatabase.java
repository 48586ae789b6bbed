package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes catalogs as SQLite databases: schema 2.5, revision 7 (CernVM-FS, catalog_sql.cc; the
 * statements are those that its own server tools leave in a catalog).
 */
final class CatalogDatabase {
  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE properties (key TEXT, value TEXT, CONSTRAINT pk_properties PRIMARY KEY"
              + " (key))",
          "CREATE TABLE catalog (md5path_1 INTEGER, md5path_2 INTEGER, parent_1 INTEGER, parent_2"
              + " INTEGER, hardlinks INTEGER, hash BLOB, size INTEGER, mode INTEGER, mtime INTEGER,"
              + " mtimens INTEGER, flags INTEGER, name TEXT, symlink TEXT, uid INTEGER, gid"
              + " INTEGER, xattr BLOB,  CONSTRAINT pk_catalog PRIMARY KEY (md5path_1, md5path_2))",
          "CREATE INDEX idx_catalog_parent ON catalog (parent_1, parent_2)",
          "CREATE TABLE chunks (md5path_1 INTEGER, md5path_2 INTEGER, offset INTEGER, size INTEGER,"
              + "  hash BLOB,  CONSTRAINT pk_chunks PRIMARY KEY (md5path_1, md5path_2, offset,"
              + " size),  FOREIGN KEY (md5path_1, md5path_2) REFERENCES    catalog(md5path_1,"
              + " md5path_2))",
          "CREATE TABLE nested_catalogs (path TEXT, sha1 TEXT, size INTEGER, CONSTRAINT"
              + " pk_nested_catalogs PRIMARY KEY (path))",
          "CREATE TABLE bind_mountpoints (path TEXT, sha1 TEXT, size INTEGER, CONSTRAINT"
              + " pk_bind_mountpoints PRIMARY KEY (path))",
          "CREATE TABLE statistics (counter TEXT, value INTEGER, CONSTRAINT pk_statistics PRIMARY"
              + " KEY (counter))");

  private CatalogDatabase() {}

  /**
   * What a catalog says about itself.
   *
   * @param revision counts the versions of this catalog; the root's is the repository's
   * @param previous hash of this catalog's predecessor
   * @param lastModified seconds since 1970-01-01 UTC
   * @param ttlSeconds how long clients may use the root catalog unasked
   * @param nanoseconds whether modification times are written to the nanosecond
   */
  record Properties(
      long revision,
      ContentHash previous,
      long lastModified,
      long ttlSeconds,
      boolean nanoseconds) {}

  /** The bytes of the finished database. */
  static byte[] write(Path temporary, CatalogContents catalog, Properties properties)
      throws IOException, SQLException {
    try (Database database = new Database(temporary)) {
      for (String statement : SCHEMA) {
        database.execute(statement);
      }
      writeProperties(database, catalog, properties);
      writeRows(database, catalog, properties.nanoseconds());
      writeChunks(database, catalog);
      writeNested(database, catalog);
      writeStatistics(database, catalog);
      return database.finish();
    }
  }

  private static void writeProperties(
      Database database, CatalogContents catalog, Properties properties) throws SQLException {
    try (PreparedStatement insert =
        database
            .connection()
            .prepareStatement("INSERT INTO properties VALUES (?, CAST(? AS TEXT))")) {
      property(insert, "schema", "2.5");
      property(insert, "schema_revision", "7");
      if (catalog.mountpoint().isRoot()) {
        property(insert, "TTL", Long.toString(properties.ttlSeconds()));
      } else {
        insert.setString(1, "root_prefix");
        insert.setBytes(2, catalog.mountpoint().bytes());
        insert.executeUpdate();
      }
      property(insert, "last_modified", Long.toString(properties.lastModified()));
      property(insert, "revision", Long.toString(properties.revision()));
      property(insert, "previous_revision", properties.previous().toString());
    }
  }

  private static void property(PreparedStatement insert, String key, String value)
      throws SQLException {
    insert.setString(1, key);
    insert.setString(2, value);
    insert.executeUpdate();
  }

  private static void writeRows(Database database, CatalogContents catalog, boolean nanoseconds)
      throws SQLException {
    // Names are bytes; the cast makes them text to SQLite without looking at them.
    try (PreparedStatement insert =
        database
            .connection()
            .prepareStatement(
                "INSERT INTO catalog (md5path_1, md5path_2, parent_1, parent_2, hardlinks, hash,"
                    + " size, mode, mtime, mtimens, flags, name, symlink, uid, gid, xattr) VALUES"
                    + " (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS TEXT), CAST(? AS TEXT), ?, ?,"
                    + " ?)")) {
      for (CatalogRow row : catalog.rows()) {
        bind(insert, row, nanoseconds);
        insert.executeUpdate();
      }
    }
  }

  private static void bind(PreparedStatement insert, CatalogRow row, boolean nanoseconds)
      throws SQLException {
    PathKey key = PathKey.of(row.path());
    PathKey parent = PathKey.ofParent(row.path());
    insert.setLong(1, key.first());
    insert.setLong(2, key.second());
    insert.setLong(3, parent.first());
    insert.setLong(4, parent.second());
    insert.setLong(5, row.linkGroup() << 32 | row.linkCount());
    bindBlob(insert, 6, row.hash().map(ContentHash::digest));
    insert.setLong(7, row.size());
    insert.setInt(8, row.mode());
    insert.setLong(9, row.attributes().mtime().seconds());
    if (nanoseconds) {
      insert.setInt(10, row.attributes().mtime().nanos());
    } else {
      insert.setNull(10, Types.INTEGER);
    }
    insert.setInt(11, row.flags());
    insert.setBytes(12, row.path().name());
    insert.setBytes(13, row.symlink().bytes());
    insert.setLong(14, row.attributes().uid());
    insert.setLong(15, row.attributes().gid());
    Xattrs xattrs = row.attributes().xattrs();
    bindBlob(
        insert, 16, xattrs.isEmpty() ? Optional.empty() : Optional.of(XattrBlob.encode(xattrs)));
  }

  private static void bindBlob(PreparedStatement insert, int index, Optional<byte[]> blob)
      throws SQLException {
    if (blob.isPresent()) {
      insert.setBytes(index, blob.orElseThrow());
    } else {
      insert.setNull(index, Types.BLOB);
    }
  }

  private static void writeChunks(Database database, CatalogContents catalog) throws SQLException {
    try (PreparedStatement insert =
        database.connection().prepareStatement("INSERT INTO chunks VALUES (?, ?, ?, ?, ?)")) {
      for (CatalogContents.Chunk chunk : catalog.chunks()) {
        PathKey key = PathKey.of(chunk.path());
        insert.setLong(1, key.first());
        insert.setLong(2, key.second());
        insert.setLong(3, chunk.offset());
        insert.setLong(4, chunk.size());
        insert.setBytes(5, chunk.hash().digest());
        insert.executeUpdate();
      }
    }
  }

  private static void writeNested(Database database, CatalogContents catalog) throws SQLException {
    try (PreparedStatement insert =
        database
            .connection()
            .prepareStatement("INSERT INTO nested_catalogs VALUES (CAST(? AS TEXT), ?, ?)")) {
      for (CatalogContents.Nested nested : catalog.nested()) {
        insert.setBytes(1, nested.path().bytes());
        insert.setString(2, nested.hash().toString());
        insert.setLong(3, nested.size());
        insert.executeUpdate();
      }
    }
  }

  private static void writeStatistics(Database database, CatalogContents catalog)
      throws SQLException {
    NavigableMap<String, Long> counters = new TreeMap<>();
    CatalogStatistics.of(catalog).forEach(counters::put);
    try (PreparedStatement insert =
        database.connection().prepareStatement("INSERT INTO statistics VALUES (?, ?)")) {
      for (var counter : counters.entrySet()) {
        insert.setString(1, counter.getKey());
        insert.setLong(2, counter.getValue());
        insert.executeUpdate();
      }
    }
  }
}
