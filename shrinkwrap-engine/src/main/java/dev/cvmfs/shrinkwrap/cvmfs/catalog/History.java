package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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
    return find("name = ?", statement -> statement.setString(1, name));
  }

  /** The root hash of the last state of the main branch that is not younger. */
  public Optional<ContentHash> at(Instant date) {
    return find("timestamp <= ?", statement -> statement.setLong(1, date.getEpochSecond()));
  }

  private interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  private Optional<ContentHash> find(String condition, Binding binding) {
    try (Connection connection = Sqlite.openReadOnly(database)) {
      List<String> columns = new ArrayList<>();
      try (ResultSet rows = connection.createStatement().executeQuery("PRAGMA table_info(tags)")) {
        while (rows.next()) {
          columns.add(rows.getString("name"));
        }
      }
      boolean mainBranchOnly = columns.contains("branch") && condition.startsWith("timestamp");
      String query =
          "SELECT hash FROM tags WHERE %s%s ORDER BY revision DESC LIMIT 1"
              .formatted(condition, mainBranchOnly ? " AND branch = ''" : "");
      try (PreparedStatement statement = connection.prepareStatement(query)) {
        binding.bind(statement);
        try (ResultSet rows = statement.executeQuery()) {
          return rows.next() ? Optional.of(ContentHash.parse(rows.getString(1))) : Optional.empty();
        }
      }
    } catch (SQLException | IllegalArgumentException e) {
      throw new CvmfsFailure.Data("the repository's history cannot be read: " + e.getMessage(), e);
    }
  }
}
