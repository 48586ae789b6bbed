package dev.cvmfs.shrinkwrap.elf;

import java.util.Arrays;

/** Content in memory, which does not let anybody read beyond its end. */
final class BytesContent implements ElfContent {
  private final byte[] bytes;

  BytesContent(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  @Override
  public long size() {
    return bytes.length;
  }

  @Override
  public byte[] read(long offset, int length) {
    if (offset < 0 || length < 0 || offset + length > bytes.length) {
      throw new IllegalArgumentException("%d bytes from %d on".formatted(length, offset));
    }
    return Arrays.copyOfRange(bytes, (int) offset, (int) offset + length);
  }
}
