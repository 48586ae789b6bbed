package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Stores the contents of regular files, whole or in chunks. */
final class FileStorage {
  private final ObjectDirectory objects;
  private final Path repository;
  private final PublisherOptions options;

  FileStorage(ObjectDirectory objects, Path repository, PublisherOptions options) {
    this.objects = objects;
    this.repository = repository;
    this.options = options;
  }

  /**
   * A file as it was stored.
   *
   * @param bulk the hash of the whole, if the catalog is to have one
   * @param pieces the objects that make up the file; one of kind {@code DATA}, or the chunks
   */
  record Stored(long size, Optional<ContentHash> bulk, List<ObjectRef> pieces) {
    boolean isChunked() {
      return pieces.get(0).kind() == ObjectKind.CHUNK;
    }
  }

  Stored store(TreePath path, Node.RegularFile file) throws IOException {
    Stored stored = store(file);
    if (options.external()) {
      moveOut(path, file, stored);
    }
    return stored;
  }

  /** Puts the content of a file where its name says, instead of its objects. */
  private void moveOut(TreePath path, Node.RegularFile file, Stored stored) throws IOException {
    for (ObjectRef piece : stored.pieces()) {
      Files.deleteIfExists(ObjectDirectory.locate(repository, piece.hash(), piece.kind()));
    }
    Path target = repository.resolve("external" + path);
    Files.createDirectories(target.getParent());
    try (InputStream in = file.content().open()) {
      Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private Stored store(Node.RegularFile file) throws IOException {
    long size = file.content().size();
    List<Long> sizes = file.chunkSizes().isEmpty() ? cut(size) : file.chunkSizes();
    if (sizes.isEmpty()) {
      ObjectRef whole = storeWhole(file.content(), size);
      return new Stored(size, Optional.of(whole.hash()), List.of(whole));
    }
    if (sizes.stream().mapToLong(Long::longValue).sum() != size) {
      throw new IllegalArgumentException("chunks %s of a file of %d bytes".formatted(sizes, size));
    }
    List<ObjectRef> chunks = new ArrayList<>();
    try (InputStream in = file.content().open()) {
      for (long chunkSize : sizes) {
        chunks.add(objects.put(in, chunkSize, ObjectKind.CHUNK, options.compression()));
      }
    }
    return new Stored(size, bulk(file.content(), size), List.copyOf(chunks));
  }

  private Optional<ContentHash> bulk(Content content, long size) throws IOException {
    return switch (options.bulkHash()) {
      case NONE -> Optional.empty();
      case WITH_OBJECT -> Optional.of(storeWhole(content, size).hash());
      case WITHOUT_OBJECT -> {
        ObjectRef whole = storeWhole(content, size);
        Files.delete(ObjectDirectory.locate(repository, whole.hash(), whole.kind()));
        yield Optional.of(whole.hash());
      }
    };
  }

  private ObjectRef storeWhole(Content content, long size) throws IOException {
    try (InputStream in = content.open()) {
      return objects.put(in, size, ObjectKind.DATA, options.compression());
    }
  }

  private List<Long> cut(long size) {
    List<Long> sizes = new ArrayList<>();
    if (options.chunkSize() > 0 && size > options.chunkSize()) {
      for (long left = size; left > 0; left -= options.chunkSize()) {
        sizes.add(Math.min(left, options.chunkSize()));
      }
    }
    return sizes;
  }
}
