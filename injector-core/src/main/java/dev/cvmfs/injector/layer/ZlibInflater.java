package dev.cvmfs.injector.layer;

import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The zlib that Java brings along. */
final class ZlibInflater implements WholeInflater {
  private final Inflater inflater = new Inflater(true);
  private final byte[] surplus = new byte[1];

  @Override
  public int inflate(byte[] in, int from, int to, byte[] out, int at, int length)
      throws DataFormatException {
    inflater.reset();
    inflater.setInput(in, from, to - from);
    int done = 0;
    while (done < length && !inflater.finished() && !inflater.needsInput()) {
      done += inflater.inflate(out, at + done, length - done);
    }
    // All content may be there with the end of the stream still to be read.
    if (!inflater.finished() && inflater.inflate(surplus) > 0) {
      throw new DataFormatException("it inflates to more than that");
    }
    if (!inflater.finished()) {
      throw new DataFormatException("it ends early");
    }
    if (done < length) {
      throw new DataFormatException("it inflates to %d bytes".formatted(done));
    }
    return to - inflater.getRemaining();
  }

  @Override
  public void close() {
    inflater.end();
  }
}
