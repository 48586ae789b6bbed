package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code .provenance/<fqrn>/.running} and a file in {@code .data/.underway}, which may be shared
 * with other folders: they are there while an export changes something, and stay if it does not
 * come to its end. They name the boot of the machine: what a killed process has written is still
 * what it wrote, but what was not yet on the disk when the machine itself went down is not.
 */
final class RunMarker {
  private static final String NAME = ".running";

  private final Path file;
  private final Path store;
  private final Path inStore;
  private final String boot;
  private final boolean leftBehind;
  private boolean present;

  /**
   * @param boot names the time since the machine was started
   */
  RunMarker(Layout layout, String boot) {
    this.file = layout.provenance().resolve(NAME);
    this.store = layout.underway();
    this.inStore = store.resolve(layout.fqrn() + "-" + digest(layout.base()));
    this.boot = boot;
    this.leftBehind = Files.exists(file);
  }

  /** Tells folders apart that have the store in common. */
  private static String digest(Path base) {
    byte[] path = base.toString().getBytes(StandardCharsets.UTF_8);
    return HashAlgorithm.SHA1.hash(path).hex().substring(0, 16);
  }

  /** Whether the run before did not come to its end. */
  boolean leftBehind() {
    return leftBehind;
  }

  /** Whether some run into the same store was under way when its machine went down. */
  boolean isStoreCutOff() throws IOException {
    for (Path run : runs()) {
      Optional<String> other = read(run);
      if (other.isPresent() && !other.get().equals(boot)) {
        return true;
      }
    }
    return false;
  }

  private List<Path> runs() throws IOException {
    List<Path> runs = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(store, "[!.]*")) {
      files.forEach(runs::add);
    } catch (NoSuchFileException e) {
      // Nobody ever changed anything.
    }
    return runs;
  }

  private static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * Says that something is changed from now on. What an earlier boot has left still stands: it is
   * not settled before a run comes to its end.
   */
  synchronized void set() throws IOException {
    if (!present) {
      Files.createDirectories(store);
      write(inStore);
      write(file);
      present = true;
    }
  }

  private void write(Path marker) throws IOException {
    if (!Files.exists(marker)) {
      AtomicFile.write(marker, boot.getBytes(StandardCharsets.UTF_8));
    }
  }

  /** Says that all is done, and on the disk. */
  void clear() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(inStore);
  }

  /** Says that nothing in the store can be torn any more. No other export may be running. */
  void settleStore() throws IOException {
    for (Path run : runs()) {
      Files.deleteIfExists(run);
    }
  }
}
