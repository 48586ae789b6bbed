package dev.cvmfs.injector.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/** Bytes to a stream that keeps its failures to itself unless it is asked. */
final class CheckedOutput extends OutputStream {
  private final PrintStream out;

  CheckedOutput(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    requireWell();
  }

  @Override
  public void flush() throws IOException {
    requireWell();
  }

  private void requireWell() throws IOException {
    // This flushes too.
    if (out.checkError()) {
      throw new IOException("standard output does not take the archive (is its reader gone?)");
    }
  }
}
