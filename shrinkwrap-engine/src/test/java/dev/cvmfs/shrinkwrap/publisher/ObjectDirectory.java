package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.zip.DeflaterOutputStream;

/** The {@code data/} folder of a repository: objects named by the hash of their stored bytes. */
final class ObjectDirectory {
  /** Objects of this many plain bytes at most are made in memory, which spares temporary files. */
  private static final int IN_MEMORY = 1 << 20;

  private final Path repository;
  private final Path data;
  private final HashAlgorithm algorithm;

  ObjectDirectory(Path repository, HashAlgorithm algorithm) throws IOException {
    this.repository = repository;
    this.data = Files.createDirectories(repository.resolve("data"));
    this.algorithm = algorithm;
  }

  /** Where an object lies: {@code data/XX/<38 hex digits>[-algorithm][class]}. */
  static Path locate(Path repository, ContentHash hash, ObjectKind kind) {
    String name = hash.toString();
    return repository
        .resolve("data")
        .resolve(name.substring(0, 2))
        .resolve(name.substring(2) + kind.suffix());
  }

  ObjectRef put(byte[] plain, ObjectKind kind) throws IOException {
    return put(new ByteArrayInputStream(plain), plain.length, kind, Compression.ZLIB);
  }

  /** Stores the next {@code size} bytes of a stream; an object that is already there stays. */
  ObjectRef put(InputStream plain, long size, ObjectKind kind, Compression compression)
      throws IOException {
    ContentHash hash =
        size <= IN_MEMORY
            ? putSmall(plain, size, kind, compression)
            : putLarge(plain, size, kind, compression);
    return new ObjectRef(hash, kind, compression, size);
  }

  private ContentHash putSmall(
      InputStream plain, long size, ObjectKind kind, Compression compression) throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    MessageDigest digest = ObjectHash.digest(algorithm);
    store(plain, size, compression, new DigestOutputStream(stored, digest));
    ContentHash hash = ObjectHash.finish(algorithm, digest);
    Path object = locate(repository, hash, kind);
    if (!Files.exists(object)) {
      Files.createDirectories(object.resolveSibling("."));
      Files.write(object, stored.toByteArray());
    }
    return hash;
  }

  private ContentHash putLarge(
      InputStream plain, long size, ObjectKind kind, Compression compression) throws IOException {
    Path temporary = Files.createTempFile(data, "new", ".tmp");
    MessageDigest digest = ObjectHash.digest(algorithm);
    store(
        plain, size, compression, new DigestOutputStream(Files.newOutputStream(temporary), digest));
    ContentHash hash = ObjectHash.finish(algorithm, digest);
    Path object = locate(repository, hash, kind);
    if (Files.exists(object)) {
      Files.delete(temporary);
    } else {
      Files.createDirectories(object.getParent());
      Files.move(temporary, object);
    }
    return hash;
  }

  private static void store(
      InputStream plain, long size, Compression compression, OutputStream stored)
      throws IOException {
    try (OutputStream out =
        compression == Compression.ZLIB ? new DeflaterOutputStream(stored) : stored) {
      copy(plain, size, out);
    }
  }

  private static void copy(InputStream in, long size, OutputStream out) throws IOException {
    byte[] buffer = new byte[64 * 1024];
    long left = size;
    while (left > 0) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (count < 0) {
        throw new IOException("content ends %d bytes before its size".formatted(left));
      }
      out.write(buffer, 0, count);
      left -= count;
    }
  }
}
