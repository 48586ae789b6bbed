package dev.cvmfs.injector.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileSystemException;

/** Bytes to standard output, which keeps its failures to itself unless it is asked. */
final class CheckedOutput extends OutputStream {
  private final PrintStream out;

  CheckedOutput(PrintStream out) {
    this.out = out;
  }

  /**
   * Waits until standard output has taken all that was written so far.
   *
   * @throws IOException if it has not taken something, now or before
   */
  static void requireWell(PrintStream out) throws IOException {
    // This flushes too.
    if (out.checkError()) {
      throw new FileSystemException(
          "standard output",
          null,
          "does not take all that is written to it (is the disk full, or its reader gone?)");
    }
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    requireWell(out);
  }

  @Override
  public void flush() throws IOException {
    requireWell(out);
  }
}
