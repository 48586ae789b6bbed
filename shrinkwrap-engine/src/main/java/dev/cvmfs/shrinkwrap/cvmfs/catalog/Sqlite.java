package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteJDBCLoader;
import org.sqlite.SQLiteOpenMode;

/** Opens SQLite files that nobody changes. */
public final class Sqlite {
  private static final long MAPPED = 1L << 30;

  /** Where the driver unpacks its native library to. */
  private static final String FOLDER = "org.sqlite.tmpdir";

  private Sqlite() {}

  /**
   * Loads SQLite's native library, unless it is loaded. The driver unpacks it into a file that it
   * deletes at the end of the process, which one that is killed never reaches; so the file should
   * lie where it is swept up.
   *
   * @param folder for the file, unless the property {@code org.sqlite.tmpdir} names one; may go
   *     when the library is loaded
   * @throws UncheckedIOException if the library cannot be loaded
   */
  public static void load(Path folder) {
    synchronized (Sqlite.class) {
      if (System.getProperty(FOLDER) != null) {
        requireLibrary();
        return;
      }
      System.setProperty(FOLDER, folder.toString());
      try {
        requireLibrary();
      } finally {
        // The next client has another folder.
        System.clearProperty(FOLDER);
      }
    }
  }

  /**
   * Opens a file for one thread.
   *
   * @throws SQLException if it is not a database
   * @throws UncheckedIOException if SQLite's native library cannot be loaded
   */
  public static Connection openReadOnly(Path file) throws SQLException {
    requireLibrary();
    SQLiteConfig config = new SQLiteConfig();
    config.setReadOnly(true);
    config.setOpenMode(SQLiteOpenMode.OPEN_URI);
    config.setOpenMode(SQLiteOpenMode.NOMUTEX);
    config.setPragma(SQLiteConfig.Pragma.MMAP_SIZE, Long.toString(MAPPED));
    // Immutable: no locks, no look for journals. The URI form needs what is special escaped.
    return config.createConnection("jdbc:sqlite:%s?immutable=1".formatted(escape(file)));
  }

  /** The text of a column; empty where it is NULL, which no column of a catalog forbids. */
  static String text(ResultSet rows, int column) throws SQLException {
    return Objects.requireNonNullElse(rows.getString(column), "");
  }

  private static String escape(Path file) {
    String path = file.toAbsolutePath().toString();
    return "file:" + path.replace("%", "%25").replace("?", "%3f").replace("#", "%23");
  }

  private static void requireLibrary() {
    try {
      SQLiteJDBCLoader.initialize();
    } catch (Exception | LinkageError e) {
      throw new UncheckedIOException(
          new IOException(
              "SQLite's native library cannot be loaded: %s. It is unpacked to %s; if that is mounted noexec, name another folder with -Dorg.sqlite.tmpdir=DIR"
                  .formatted(
                      e.getMessage(),
                      System.getProperty(FOLDER, System.getProperty("java.io.tmpdir"))),
              e));
    }
  }
}
