package dev.cvmfs.registry.layout;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;

/** The blobs of a layout: files named by their digests. */
final class LayoutBlobs {
  private static final int BUFFER = 128 * 1024;

  private final LayoutDirectory directory;
  private final Traffic traffic;

  LayoutBlobs(LayoutDirectory directory, Traffic traffic) {
    this.directory = directory;
    this.traffic = traffic;
  }

  /** Whether the blob is there, with all its bytes. */
  boolean has(Descriptor blob) throws IOException {
    Path file = directory.blob(blob.digest());
    return Files.isRegularFile(file) && Files.size(file) == blob.size();
  }

  /**
   * Exactly these bytes of a blob, unchecked.
   *
   * @throws RegistryFailure.NotFound if it is not there
   * @throws RegistryFailure.Corrupt if it has another size
   */
  InputStream open(Descriptor blob, long offset, long length) throws IOException {
    Path file = directory.blob(blob.digest());
    try {
      long size = Files.size(file);
      if (size != blob.size()) {
        throw new RegistryFailure.Corrupt(
            "Cannot read blob %s in %s: it has %d bytes there, the manifest says %d"
                .formatted(blob.digest(), directory, size, blob.size()));
      }
      InputStream in = Files.newInputStream(file);
      in.skipNBytes(offset);
      return new PartStream(in, length, traffic, file);
    } catch (NoSuchFileException e) {
      throw new RegistryFailure.NotFound(
          "Cannot read blob %s in %s: it is not there".formatted(blob.digest(), directory));
    }
  }

  /**
   * Stores a blob, if its bytes are what its descriptor says.
   *
   * @throws IOException if they are not, or cannot be written
   */
  void write(Descriptor blob, BlobSource source) throws IOException {
    Path file = directory.newFile();
    try {
      copy(blob, source, file);
      directory.publish(file, directory.blob(blob.digest()));
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private void copy(Descriptor blob, BlobSource source, Path file) throws IOException {
    MessageDigest hash = blob.digest().newHash();
    long size = 0;
    try (InputStream in = source.open(0);
        FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        hash.update(buffer, 0, read);
        ByteBuffer rest = ByteBuffer.wrap(buffer, 0, read);
        while (rest.hasRemaining()) {
          out.write(rest);
        }
        size += read;
        traffic.written(read);
      }
      out.force(true);
    }
    if (size != blob.size() || !blob.digest().matches(hash.digest())) {
      throw new IOException(
          "Cannot store blob %s in %s: its source has %d bytes with another digest or size"
              .formatted(blob.digest(), directory, size));
    }
  }
}
