package dev.cvmfs.registry.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An answer whose body is still on the wire. Whoever gets it closes it. */
public final class Response implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Response.class);

  private final int status;
  private final Headers headers;
  private final URI url;
  private final InputStream body;
  private final Closeable connection;

  /**
   * @param url the URL that answered, after redirects
   * @param body the raw body, never decoded
   * @param connection what to close; it must not read the rest of the body to do so
   */
  public Response(int status, Headers headers, URI url, InputStream body, Closeable connection) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.body = body;
    this.connection = connection;
  }

  public int status() {
    return status;
  }

  public Headers headers() {
    return headers;
  }

  public URI url() {
    return url;
  }

  public InputStream body() {
    return body;
  }

  /** The whole answer, with at most {@code limit} bytes of its body; closes this one. */
  public Reply read(int limit) throws IOException {
    try (this) {
      byte[] bytes = body.readNBytes(limit);
      boolean complete = bytes.length < limit || body.read() < 0;
      return new Reply(status, headers, url, bytes, complete);
    }
  }

  /** Closes an answer nobody wants any more, so that it does not matter how that ends. */
  public void abandon() {
    try {
      close();
    } catch (IOException e) {
      LOG.debug("closing {}: {}", Redaction.url(url), e.toString());
    }
  }

  @Override
  public void close() throws IOException {
    connection.close();
  }
}
