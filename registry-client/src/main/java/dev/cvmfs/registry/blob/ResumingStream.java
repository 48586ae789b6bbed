package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Response;
import dev.cvmfs.registry.http.Retries;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * A range of a blob as a stream that asks again for the rest whenever the connection breaks. Cuts
 * are counted, and the count starts anew after each {@value #WORTHWHILE} bytes: a bad line is slow,
 * a line that gives nothing is down.
 */
final class ResumingStream extends InputStream {
  private static final long WORTHWHILE = 1 << 20;

  private final BlobRange range;
  private final Retries retries;
  private Response current;
  private long position;
  private long positionAtCut;
  private boolean finished;

  /**
   * @param first an answer whose body begins with the range's first byte
   */
  ResumingStream(BlobRange range, Response first, Retries retries) {
    this.range = range;
    this.retries = retries;
    this.current = first;
    this.position = range.from();
    this.positionAtCut = position;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (position < range.to()) {
      int wanted = (int) Math.min(length, range.to() - position);
      try {
        int read = current.body().read(bytes, offset, wanted);
        if (read > 0) {
          position += read;
          return read;
        }
        resume(new EOFException("ended at byte %d of %d".formatted(position, range.to())));
      } catch (IOException e) {
        resume(e);
      }
    }
    finish();
    return -1;
  }

  private void resume(IOException cut) {
    IOException cause = cut;
    if (position - positionAtCut >= WORTHWHILE) {
      retries.progress();
    }
    positionAtCut = position;
    while (true) {
      current.abandon();
      if (!retries.again()) {
        throw new RegistryFailure.Transport(
            "Cannot %s: cut off at byte %d of %d again and again (%s)"
                .formatted(range.purpose(), position, range.to(), cause.getMessage()),
            cause);
      }
      try {
        current = range.resumedAt(position);
        return;
      } catch (IOException e) {
        cause = e;
      }
    }
  }

  /** Reads the end of the body, which gives the connection back to the pool, and allows no more. */
  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    try {
      if (current.body().read() >= 0) {
        throw new RegistryFailure.Corrupt(
            "Cannot %s: the registry sends more than the %d bytes it should have"
                .formatted(range.purpose(), range.to()));
      }
    } catch (IOException e) {
      // All that was wanted is here; a connection that breaks now is not needed any more.
      current.abandon();
    }
  }

  @Override
  public void close() {
    current.abandon();
  }
}
