package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Writes the list of named snapshots: schema 1.0, revision 3 (CernVM-FS, history_sql.cc). */
final class HistoryDatabase {
  private static final List<String> SCHEMA =
      List.of(
          "CREATE TABLE properties (key TEXT, value TEXT, CONSTRAINT pk_properties PRIMARY KEY"
              + " (key))",
          "CREATE TABLE branches (branch TEXT, parent TEXT, initial_revision INTEGER,  CONSTRAINT"
              + " pk_branch PRIMARY KEY (branch),   FOREIGN KEY (parent) REFERENCES branches"
              + " (branch),   CHECK ((branch <> '') OR (parent IS NULL)),   CHECK ((branch = '') OR"
              + " (parent IS NOT NULL)))",
          "CREATE TABLE tags (name TEXT, hash TEXT, revision INTEGER,   timestamp INTEGER, channel"
              + " INTEGER, description TEXT, size INTEGER,   branch TEXT, CONSTRAINT pk_tags"
              + " PRIMARY KEY (name),   FOREIGN KEY (branch) REFERENCES branches (branch))",
          "CREATE TABLE recycle_bin (hash TEXT, flags INTEGER,   CONSTRAINT pk_hash PRIMARY KEY"
              + " (hash))",
          "INSERT INTO branches VALUES ('', NULL, 0)",
          "INSERT INTO properties VALUES ('schema', '1.0'), ('schema_revision', '3')");

  private HistoryDatabase() {}

  /**
   * A named snapshot.
   *
   * @param size bytes of the root catalog's database
   * @param timestamp seconds since 1970-01-01 UTC
   * @param branch empty for the main one
   */
  record Tag(
      String name,
      ContentHash root,
      long revision,
      long timestamp,
      String description,
      long size,
      String branch) {}

  /** The bytes of the finished database. */
  static byte[] write(Path temporary, String fqrn, ContentHash previous, List<Tag> tags)
      throws IOException, SQLException {
    try (Database database = new Database(temporary)) {
      for (String statement : SCHEMA) {
        database.execute(statement);
      }
      try (PreparedStatement insert =
          database.connection().prepareStatement("INSERT INTO properties VALUES (?, ?)")) {
        insert.setString(1, "fqrn");
        insert.setString(2, fqrn);
        insert.executeUpdate();
        insert.setString(1, "previous_revision");
        insert.setString(2, previous.toString());
        insert.executeUpdate();
      }
      try (PreparedStatement insert =
          database
              .connection()
              .prepareStatement("INSERT INTO tags VALUES (?, ?, ?, ?, 0, ?, ?, ?)")) {
        for (Tag tag : tags) {
          insert.setString(1, tag.name());
          insert.setString(2, tag.root().toString());
          insert.setLong(3, tag.revision());
          insert.setLong(4, tag.timestamp());
          insert.setString(5, tag.description());
          insert.setLong(6, tag.size());
          insert.setString(7, tag.branch());
          insert.executeUpdate();
        }
      }
      return database.finish();
    }
  }
}
