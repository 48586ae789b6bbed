package dev.cvmfs.injector.inject;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.LongConsumer;

/** Writes a file that somebody else reads meanwhile, and tells how far it can be read. */
final class SpoolOutput extends OutputStream {
  private static final int BUFFER = 1 << 18;

  private final OutputStream out;
  private final LongConsumer readable;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;
  private long written;

  /**
   * @param file one that does not exist yet
   * @param readable is told how many bytes the file has
   */
  SpoolOutput(Path file, LongConsumer readable) throws IOException {
    this.out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    this.readable = readable;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    if (length > BUFFER - filled) {
      flush();
    }
    if (length >= BUFFER) {
      pass(bytes, from, length);
    } else {
      System.arraycopy(bytes, from, buffer, filled, length);
      filled += length;
    }
  }

  @Override
  public void flush() throws IOException {
    if (filled > 0) {
      pass(buffer, 0, filled);
      filled = 0;
    }
  }

  private void pass(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    written += length;
    readable.accept(written);
  }

  @Override
  public void close() throws IOException {
    try (out) {
      flush();
    }
  }
}
