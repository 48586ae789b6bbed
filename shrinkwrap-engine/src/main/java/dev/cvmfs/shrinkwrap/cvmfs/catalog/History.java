package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Tag;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The database of a repository's named states (history_sql.cc): table {@code tags} with name, root
 * hash, revision, time, and since revision 3 of its schema a branch, which is empty for the main
 * one.
 */
public final class History {
  private final Path database;

  public History(Path database) {
    this.database = database;
  }

  /** The root hash of the state with this name. */
  public Optional<ContentHash> tagged(String name) {
    return find("name = ?", false, statement -> statement.setString(1, name));
  }

  /** The root hash of the last state of the main branch that is not younger. */
  public Optional<ContentHash> at(Instant date) {
    return find("timestamp <= ?", true, statement -> statement.setLong(1, date.getEpochSecond()));
  }

  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  /** All named states, the newest first. */
  public List<Tag> all() {
    try (Connection connection = Sqlite.openReadOnly(database)) {
      String branch = hasBranches(connection) ? "branch" : "''";
      String query =
          "SELECT name, hash, revision, timestamp, description, %s FROM tags ORDER BY revision DESC, name"
              .formatted(branch);
      List<Tag> tags = new ArrayList<>();
      try (ResultSet rows = connection.createStatement().executeQuery(query)) {
        while (rows.next()) {
          tags.add(
              new Tag(
                  text(rows, 1),
                  ContentHash.parse(text(rows, 2)),
                  rows.getLong(3),
                  Instant.ofEpochSecond(rows.getLong(4)),
                  text(rows, 5),
                  text(rows, 6)));
        }
      }
      return tags;
    } catch (SQLException | IllegalArgumentException | DateTimeException e) {
      throw unreadable(e);
    }
  }

  private static String text(ResultSet rows, int column) throws SQLException {
    String text = rows.getString(column);
    return text == null ? "" : text;
  }

  private static boolean hasBranches(Connection connection) throws SQLException {
    try (ResultSet rows = connection.createStatement().executeQuery("PRAGMA table_info(tags)")) {
      while (rows.next()) {
        if (rows.getString("name").equals("branch")) {
          return true;
        }
      }
      return false;
    }
  }

  private static CvmfsFailure unreadable(Exception cause) {
    return new CvmfsFailure.Data(
        "the repository's history cannot be read: " + cause.getMessage(), cause);
  }

  private Optional<ContentHash> find(String condition, boolean mainBranchOnly, Binding binding) {
    try (Connection connection = Sqlite.openReadOnly(database)) {
      boolean mainBranch = mainBranchOnly && hasBranches(connection);
      String query =
          "SELECT hash FROM tags WHERE %s%s ORDER BY revision DESC LIMIT 1"
              .formatted(condition, mainBranch ? " AND branch = ''" : "");
      try (PreparedStatement statement = connection.prepareStatement(query)) {
        binding.bind(statement);
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next()
              ? Optional.of(ContentHash.parse(Sqlite.text(rows, 1)))
              : Optional.empty();
        }
      }
    } catch (SQLException | IllegalArgumentException e) {
      throw unreadable(e);
    }
  }
}
