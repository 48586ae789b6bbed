package dev.cvmfs.shrinkwrap.elf;

import java.io.IOException;

/** The content of a file that may be ELF, of which parts can be read. */
public interface ElfContent {

  /** Bytes of it. */
  long size();

  /**
   * A part of it. Later parts are mostly asked for after earlier ones.
   *
   * @param offset from the beginning, 0 to {@link #size}
   * @param length of the part, which does not go beyond the end
   */
  byte[] read(long offset, int length) throws IOException;
}
