package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Damages objects of any repository folder, our own or a real one's copy. */
public final class ObjectDamage {
  private final Path repository;

  public ObjectDamage(Path repository) {
    this.repository = repository;
  }

  /** Changes one byte in the middle. */
  public void corrupt(ContentHash hash, ObjectKind kind) throws IOException {
    Path object = locate(hash, kind);
    byte[] bytes = Files.readAllBytes(object);
    bytes[bytes.length / 2] ^= 0x20;
    Files.write(object, bytes);
  }

  /** Cuts the second half off. */
  public void truncate(ContentHash hash, ObjectKind kind) throws IOException {
    Path object = locate(hash, kind);
    byte[] bytes = Files.readAllBytes(object);
    Files.write(object, Arrays.copyOf(bytes, bytes.length / 2));
  }

  /** Takes the object away. */
  public void remove(ContentHash hash, ObjectKind kind) throws IOException {
    Files.delete(locate(hash, kind));
  }

  /** Changes one byte in the last object of a file. */
  public void corruptContentOf(Revision revision, String path) throws IOException {
    ObjectRef last = lastObject(revision, path);
    corrupt(last.hash(), last.kind());
  }

  /** Cuts off half of the last object of a file. */
  public void truncateContentOf(Revision revision, String path) throws IOException {
    ObjectRef last = lastObject(revision, path);
    truncate(last.hash(), last.kind());
  }

  /** Takes the last object of a file away. */
  public void removeContentOf(Revision revision, String path) throws IOException {
    ObjectRef last = lastObject(revision, path);
    remove(last.hash(), last.kind());
  }

  /** Takes a catalog away; the root's mountpoint is the empty path. */
  public void removeCatalog(Revision revision, String mountpoint) throws IOException {
    remove(revision.catalog(mountpoint), ObjectKind.CATALOG);
  }

  private static ObjectRef lastObject(Revision revision, String path) {
    var objects = revision.objectsOf(path);
    return objects.get(objects.size() - 1);
  }

  private Path locate(ContentHash hash, ObjectKind kind) {
    return ObjectDirectory.locate(repository, hash, kind);
  }
}
