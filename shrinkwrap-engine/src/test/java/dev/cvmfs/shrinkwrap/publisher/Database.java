package dev.cvmfs.shrinkwrap.publisher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** A new SQLite database whose finished file is wanted as bytes. */
final class Database implements AutoCloseable {
  private final Path file;
  private final Connection connection;

  /** Opens a new database in a folder for temporary files. */
  Database(Path folder) throws IOException, SQLException {
    this.file = Files.createTempFile(folder, "database", ".tmp");
    this.connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    // Nobody reads it before it is complete, so it needs neither journal nor fsync.
    execute("PRAGMA journal_mode = OFF");
    execute("PRAGMA synchronous = OFF");
    connection.setAutoCommit(false);
  }

  Connection connection() {
    return connection;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Closes the database and hands over its file's bytes. */
  byte[] finish() throws IOException, SQLException {
    connection.commit();
    connection.close();
    return Files.readAllBytes(file);
  }

  @Override
  public void close() throws IOException, SQLException {
    connection.close();
    Files.deleteIfExists(file);
  }
}
