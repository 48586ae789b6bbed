package dev.cvmfs.registry.transport;

import dev.cvmfs.registry.http.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.http.entity.AbstractHttpEntity;

/**
 * A body with its true length, so that it goes out with Content-Length and not in chunks, unless
 * nobody knows it. Its type is among the request's header fields.
 */
final class OutgoingBody extends AbstractHttpEntity {
  private final RequestBody body;

  OutgoingBody(RequestBody body) {
    this.body = body;
  }

  @Override
  public long getContentLength() {
    // Which the library writes as a negative number too.
    return body.length();
  }

  /** When to send something again is not the library's to decide. */
  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public boolean isStreaming() {
    return true;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    body.writeTo(out);
  }

  @Override
  public InputStream getContent() {
    throw new UnsupportedOperationException("a body to be sent is written, not read");
  }
}
