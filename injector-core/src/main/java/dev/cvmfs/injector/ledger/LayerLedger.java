package dev.cvmfs.injector.ledger;

import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layers that this machine has built itself, or has verified byte for byte, each in a file
 * named after the digest of its blob. A registry, an image's labels and a layer's index can be
 * forged, but not so that the digest stays the same; so for a layer that stands here, what it was
 * made from needs no other proof.
 *
 * <p>A file that somebody else owns or may write to counts for nothing. The ledger keeps the layers
 * that were last asked for; to lose one costs no more than the walk that it would have saved.
 */
public final class LayerLedger {
  private static final Logger log = LoggerFactory.getLogger(LayerLedger.class);
  private static final int LARGEST = 32 << 20;
  private static final int KEPT = 1000;

  private final Path directory;
  private final WorkDirectory work;
  private final Clock clock;
  private final int kept;

  /**
   * @param directory may be missing; any number of processes may share it
   * @param work on the same file system, for unfinished files
   * @param clock tells which entries have not been asked for longest
   */
  public LayerLedger(Path directory, WorkDirectory work, Clock clock) {
    this(directory, work, clock, KEPT);
  }

  LayerLedger(Path directory, WorkDirectory work, Clock clock, int kept) {
    this.kept = kept;
    this.directory = directory;
    this.work = work;
    this.clock = clock;
  }

  /** What is known of a layer. */
  public Optional<LedgerEntry> find(Digest layer) throws IOException {
    Path file = file(layer);
    Optional<LedgerEntry> entry = read(file).filter(found -> found.layer().equals(layer));
    if (entry.isPresent()) {
      touch(file);
    }
    return entry;
  }

  private void touch(Path file) throws IOException {
    try {
      Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    } catch (NoSuchFileException e) {
      // Another process has just forgotten it; what was read is still true.
      log.debug("{} is gone", file);
    }
  }

  /**
   * A layer without garbage that came out of exactly these states, specifications and options, and
   * so would come out again.
   */
  public Optional<LedgerEntry> findMadeFrom(SortedMap<String, LedgerEntry.Repository> repositories)
      throws IOException {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Optional<LedgerEntry> entry =
            read(file)
                .filter(found -> file(found.layer()).equals(file))
                .filter(found -> found.amounts().garbageObjects() == 0)
                .filter(found -> found.repositories().equals(repositories));
        if (entry.isPresent()) {
          return entry;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<LedgerEntry> read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      if (!isOurs(file)) {
        log.warn("{} belongs to somebody else or can be written by others; it is not used", file);
        return Optional.empty();
      }
      return LedgerCodec.decode(in.readNBytes(LARGEST));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      // It only saves work.
      log.warn("{} cannot be read and is not used: {}", file, e.getMessage());
      return Optional.empty();
    }
  }

  private boolean isOurs(Path file) throws IOException {
    PosixFileAttributes attributes = Files.readAttributes(file, PosixFileAttributes.class);
    return attributes.owner().equals(Files.getOwner(work.path()))
        && !attributes.permissions().contains(PosixFilePermission.GROUP_WRITE)
        && !attributes.permissions().contains(PosixFilePermission.OTHERS_WRITE);
  }

  /** Remembers a layer, in place of what was known of it but for the places that have it. */
  public void add(LedgerEntry entry) throws IOException {
    List<String> before = read(file(entry.layer())).map(LedgerEntry::places).orElseGet(List::of);
    write(entry.orAt(before));
  }

  private void write(LedgerEntry entry) throws IOException {
    byte[] text = LedgerCodec.encode(entry);
    if (text.length > LARGEST) {
      log.debug("what {} was made from is too long to be remembered", entry.layer());
      return;
    }
    Path temporary = work.newFile("ledger");
    Files.write(temporary, text);
    Files.setPosixFilePermissions(
        temporary, Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE));
    // Up to Java 18 createDirectories takes a link to a folder for a file that is in its way.
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
    }
    Files.move(temporary, file(entry.layer()), StandardCopyOption.ATOMIC_MOVE);
    forgetOldest();
  }

  private void forgetOldest() throws IOException {
    List<Aged> files = new ArrayList<>();
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        try {
          files.add(new Aged(file, Files.getLastModifiedTime(file)));
        } catch (NoSuchFileException e) {
          // Another process has just forgotten it.
          log.debug("{} is gone", file);
        }
      }
    } catch (NotDirectoryException e) {
      throw new IOException(directory + " is not a folder", e);
    }
    files.sort(Comparator.comparing(Aged::used));
    for (Aged old : files.subList(0, Math.max(0, files.size() - kept))) {
      Files.deleteIfExists(old.file());
    }
  }

  private Path file(Digest layer) {
    return directory.resolve(layer.withDash() + ".json");
  }

  private record Aged(Path file, FileTime used) {}
}
