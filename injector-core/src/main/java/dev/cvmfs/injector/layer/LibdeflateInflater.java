package dev.cvmfs.injector.layer;

import java.util.zip.DataFormatException;

/** {@link Libdeflate} in place of zlib. */
final class LibdeflateInflater implements WholeInflater {
  private static final int INSUFFICIENT_SPACE = 3;

  private final Libdeflate library;
  private final Object decompressor;
  private final long[] used = new long[1];
  private final long[] made = new long[1];

  LibdeflateInflater(Libdeflate library) {
    this.library = library;
    this.decompressor = library.allocate();
  }

  @Override
  public int inflate(byte[] in, int from, int to, byte[] out, int at, int length)
      throws DataFormatException {
    int result = library.decompress(decompressor, in, from, to - from, out, at, length, used, made);
    if (result == INSUFFICIENT_SPACE) {
      throw new DataFormatException("it inflates to more than that");
    }
    if (result != Libdeflate.SUCCESS) {
      throw new DataFormatException("it cannot be inflated");
    }
    if (made[0] != length) {
      throw new DataFormatException("it inflates to %d bytes".formatted(made[0]));
    }
    return from + (int) used[0];
  }

  @Override
  public void close() {
    library.free(decompressor);
  }
}
