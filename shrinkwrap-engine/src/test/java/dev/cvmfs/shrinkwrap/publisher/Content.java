package dev.cvmfs.shrinkwrap.publisher;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The plain bytes of a regular file; the same at every reading. */
public interface Content {

  /** Number of bytes. */
  long size() throws IOException;

  /** A new stream over the bytes. */
  InputStream open() throws IOException;

  /** The bytes themselves. */
  static Content of(byte[] bytes) {
    byte[] copy = bytes.clone();
    return new Content() {
      @Override
      public long size() {
        return copy.length;
      }

      @Override
      public InputStream open() {
        return new ByteArrayInputStream(copy);
      }
    };
  }

  /** Text in UTF-8. */
  static Content of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** What a file on disk holds at the time of publishing. */
  static Content of(Path file) {
    return new Content() {
      @Override
      public long size() throws IOException {
        return Files.size(file);
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }
    };
  }

  /** Bytes that do not compress, always the same for the same seed; they take no memory. */
  static Content noise(long seed, long size) {
    return new Content() {
      @Override
      public long size() {
        return size;
      }

      @Override
      public InputStream open() {
        return new NoiseInputStream(seed, size);
      }
    };
  }
}
