package dev.cvmfs.injector.layer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;

/** Compares what is written with what is there already. */
final class ComparingOutput extends OutputStream {
  private final InputStream actual;
  private long position;

  ComparingOutput(InputStream actual) {
    this.actual = actual;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * @throws UnprovenLayerException if other bytes are there
   */
  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    byte[] there = actual.readNBytes(length);
    int mismatch = Arrays.mismatch(there, 0, there.length, bytes, from, from + length);
    if (mismatch >= 0) {
      throw new UnprovenLayerException("differs from byte %d on".formatted(position + mismatch));
    }
    position += length;
  }

  void requireEnd() throws IOException {
    if (actual.read() >= 0) {
      throw new UnprovenLayerException("goes on after byte %d".formatted(position));
    }
  }
}
