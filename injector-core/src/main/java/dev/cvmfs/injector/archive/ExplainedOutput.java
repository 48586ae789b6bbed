package dev.cvmfs.injector.archive;

import java.io.IOException;
import java.io.OutputStream;

/** A stream whose failures say more than those of the stream behind it. Closing it does nothing. */
final class ExplainedOutput extends OutputStream {

  /** Says what a failure means. */
  interface Explanation {
    IOException of(IOException failure) throws IOException;
  }

  private final OutputStream out;
  private final Explanation explanation;

  ExplainedOutput(OutputStream out, Explanation explanation) {
    this.out = out;
    this.explanation = explanation;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      throw explanation.of(e);
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw explanation.of(e);
    }
  }
}
