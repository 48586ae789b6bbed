package dev.cvmfs.registry.layout;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.manifest.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of an image layout:
 *
 * <pre>
 * oci-layout                  {"imageLayoutVersion":"1.0.0"}; also what writers lock
 * index.json                  the images and their tags
 * blobs/sha256/&lt;hex&gt;         layers, configurations, manifests
 * .cvmfs_shrinkwrap-&lt;number&gt;  a file on its way to its place
 * </pre>
 *
 * <p>Files get their final names when they are complete, and on the disk. Killed processes leave
 * files on their way, which are deleted a day later.
 */
final class LayoutDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(LayoutDirectory.class);
  private static final int LARGEST = 8 * 1024 * 1024;
  private static final String MARKER = "oci-layout";
  private static final String ON_ITS_WAY = ".cvmfs_shrinkwrap-";
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);

  private final Path directory;

  LayoutDirectory(Path directory) {
    this.directory = directory;
  }

  /** Something that is done alone. */
  interface Change<T> {
    T make() throws IOException;
  }

  Path blob(Digest digest) {
    return directory.resolve("blobs").resolve(digest.algorithm()).resolve(digest.hex());
  }

  /**
   * The images and tags.
   *
   * @throws RegistryFailure.NotFound if there is no layout
   */
  LayoutIndex index() throws IOException {
    Path file = directory.resolve("index.json");
    try {
      String marker = Files.readString(directory.resolve(MARKER));
      if (marker.isEmpty()) {
        throw new NoSuchFileException(MARKER);
      }
      requireVersion(marker);
      if (Files.size(file) > LARGEST) {
        throw new RegistryFailure.Corrupt(
            "Cannot read %s: it is larger than %d bytes".formatted(file, LARGEST));
      }
      return LayoutIndex.parse(file.toString(), Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new RegistryFailure.NotFound(
          "There is no OCI image layout at %s (no %s); check the path, or write oci:DIR:TAG"
              .formatted(directory, e.getFile()));
    }
  }

  void writeIndex(LayoutIndex index) throws IOException {
    replace(directory.resolve("index.json"), index.bytes());
  }

  /**
   * Makes a change while no other process of this program, and no other thread, makes one. Creates
   * the layout if there is nothing yet.
   *
   * @throws RegistryFailure.Unsupported if the directory holds something else
   */
  <T> T alone(Change<T> change) throws IOException {
    Files.createDirectories(directory);
    if (!Files.exists(directory.resolve(MARKER))) {
      requireEmpty();
    }
    // File locks are of processes: within this one they neither hold threads apart nor outlive the
    // closing of any other channel to the file. So threads are held apart first, whichever store
    // they use; interned text is one object for all of them.
    synchronized (("layout " + directory.toRealPath()).intern()) {
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve(MARKER), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        if (channel.size() == 0) {
          create(channel);
        }
        requireVersion(Files.readString(directory.resolve(MARKER)));
        return change.make();
      }
    }
  }

  /** A new file for something on its way. */
  Path newFile() throws IOException {
    for (int number = 0; ; number++) {
      Path file = directory.resolve(ON_ITS_WAY + ProcessHandle.current().pid() + "-" + number);
      try {
        return Files.createFile(file);
      } catch (FileAlreadyExistsException e) {
        LOG.trace("{} is taken", file);
      }
    }
  }

  /** Gives a file, whose bytes are on the disk, its final name. */
  void publish(Path file, Path name) throws IOException {
    Files.createDirectories(name.resolveSibling(""));
    Files.move(file, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Deletes what processes that were killed long ago have left. */
  void clean(Instant now) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, ON_ITS_WAY + "*")) {
      for (Path file : files) {
        deleteIfOld(file, now);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static void deleteIfOld(Path file, Instant now) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).toInstant().plus(LEFT_BEHIND).isBefore(now)) {
        Files.delete(file);
      }
    } catch (NoSuchFileException e) {
      LOG.trace("{} has got its name meanwhile", file);
    }
  }

  /** Whoever was killed in here has left an empty marker, and the next one goes on. */
  private void create(FileChannel marker) throws IOException {
    writeIndex(LayoutIndex.empty("index.json"));
    write(marker, "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
  }

  /** Somebody else may be creating the same layout right now; anything else is not ours. */
  private void requireEmpty() throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.startsWith(ON_ITS_WAY) && !name.equals("index.json") && !name.equals(MARKER)) {
          throw new RegistryFailure.Unsupported(
              "Cannot write an OCI image layout into %s: it holds something else (%s);"
                      .formatted(directory, name)
                  + " name a directory that is empty or does not exist");
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private void replace(Path name, byte[] bytes) throws IOException {
    Path file = newFile();
    try {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        write(channel, bytes);
      }
      publish(file, name);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void write(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
    channel.force(true);
  }

  private void requireVersion(String marker) {
    String version =
        Json.object("read " + directory.resolve(MARKER), marker.getBytes(StandardCharsets.UTF_8))
            .path("imageLayoutVersion")
            .asText();
    if (!version.startsWith("1.")) {
      throw new RegistryFailure.Unsupported(
          "Cannot use the OCI image layout %s: its version is '%s', and we know 1.x"
              .formatted(directory, version));
    }
  }

  @Override
  public String toString() {
    return directory.toString();
  }
}
