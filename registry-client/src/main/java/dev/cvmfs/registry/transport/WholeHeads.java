package dev.cvmfs.registry.transport;

import java.io.IOException;
import org.apache.http.ConnectionClosedException;
import org.apache.http.HttpResponse;
import org.apache.http.config.MessageConstraints;
import org.apache.http.impl.conn.DefaultHttpResponseParser;
import org.apache.http.io.HttpMessageParser;
import org.apache.http.io.HttpMessageParserFactory;
import org.apache.http.io.HttpTransportMetrics;
import org.apache.http.io.SessionInputBuffer;
import org.apache.http.util.CharArrayBuffer;

/**
 * Reads heads of answers, and takes none that is cut off. The library's own way takes the end of
 * the connection for the end of the head, so that {@code Content-Length: 164840} may become {@code
 * Content-Length: 1}, and a {@code Location} another one.
 */
final class WholeHeads implements HttpMessageParserFactory<HttpResponse> {

  @Override
  public HttpMessageParser<HttpResponse> create(
      SessionInputBuffer buffer, MessageConstraints constraints) {
    return new DefaultHttpResponseParser(new Lines(buffer), constraints);
  }

  /** Lines that end, or an exception. */
  private record Lines(SessionInputBuffer buffer) implements SessionInputBuffer {

    @Override
    public int readLine(CharArrayBuffer line) throws IOException {
      int read = buffer.readLine(line);
      if (read < 0) {
        throw new ConnectionClosedException("the connection ended within the head of the answer");
      }
      return read;
    }

    @Override
    public String readLine() throws IOException {
      return buffer.readLine();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return buffer.read(bytes, offset, length);
    }

    @Override
    public int read(byte[] bytes) throws IOException {
      return buffer.read(bytes);
    }

    @Override
    public int read() throws IOException {
      return buffer.read();
    }

    // Deprecated in the interface, which has to be implemented all the same.
    @Deprecated
    @Override
    public boolean isDataAvailable(int timeout) throws IOException {
      return buffer.isDataAvailable(timeout);
    }

    @Override
    public HttpTransportMetrics getMetrics() {
      return buffer.getMetrics();
    }
  }
}
