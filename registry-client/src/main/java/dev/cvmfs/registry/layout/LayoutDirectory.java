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
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of an image layout:
 *
 * <pre>
 * oci-layout                  {"imageLayoutVersion":"1.0.0"}
 * index.json                  the images and their tags
 * blobs/sha256/&lt;hex&gt;         layers, configurations, manifests
 * .cvmfs_shrinkwrap.lock      empty; what writers lock
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
  private static final String LOCK = ".cvmfs_shrinkwrap.lock";
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
      requireVersion();
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
    create(directory);
    if (!exists()) {
      requireEmpty();
    }
    // The kernel drops all of a process's locks on a file when the process closes any descriptor of
    // it. So the lock is a file that is opened nowhere but here, by one thread at a time, whichever
    // store it uses; interned text is one object for all of them.
    synchronized (("layout " + directory.toRealPath()).intern()) {
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        if (!exists()) {
          create();
        }
        requireVersion();
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
    create(name.resolveSibling(""));
    Files.move(file, name, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Up to Java 18, createDirectories takes a link to a directory for a file that is in its way. */
  private static void create(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
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

  private boolean exists() {
    return Files.exists(directory.resolve(MARKER));
  }

  /** The marker comes last: whoever is killed in here has left no layout, and the next goes on. */
  private void create() throws IOException {
    writeIndex(LayoutIndex.empty("index.json"));
    replace(
        directory.resolve(MARKER),
        "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
  }

  /** Somebody else may be creating the same layout right now; anything else is not ours. */
  private void requireEmpty() throws IOException {
    Set<String> ours = Set.of(LOCK, "index.json", MARKER);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        if (!name.startsWith(ON_ITS_WAY) && !ours.contains(name)) {
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
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        channel.force(true);
      }
      publish(file, name);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void requireVersion() throws IOException {
    Path marker = directory.resolve(MARKER);
    String version =
        Json.object("read " + marker, Files.readAllBytes(marker))
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
