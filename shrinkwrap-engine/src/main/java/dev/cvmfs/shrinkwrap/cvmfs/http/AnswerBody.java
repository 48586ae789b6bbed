package dev.cvmfs.shrinkwrap.cvmfs.http;

import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException.Stage;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/** A body whose failures are told apart from those of local disks by their type. */
final class AnswerBody extends FilterInputStream {

  AnswerBody(InputStream body) {
    super(body);
  }

  @Override
  public int read() throws TransferException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws TransferException {
    try {
      return in.read(buffer, offset, length);
    } catch (SocketTimeoutException e) {
      throw new TransferException(Stage.SLOW, "stopped sending before the end", e);
    } catch (IOException e) {
      throw new TransferException(
          Stage.SHORT, "connection broke before the end (%s)".formatted(e.getMessage()), e);
    }
  }
}
