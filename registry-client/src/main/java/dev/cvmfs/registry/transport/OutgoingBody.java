package dev.cvmfs.registry.transport;

import com.google.api.client.http.HttpContent;
import dev.cvmfs.registry.http.RequestBody;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A body with its true length, so that it goes out with Content-Length and not in chunks, unless
 * nobody knows it.
 */
final class OutgoingBody implements HttpContent {
  private final RequestBody body;
  private Optional<RuntimeException> thrown = Optional.empty();

  OutgoingBody(RequestBody body) {
    this.body = body;
  }

  @Override
  public long getLength() {
    // Which the library writes as -1 too.
    return body.length();
  }

  /** The type is among the request's header fields. */
  @Override
  public @Nullable String getType() {
    return null;
  }

  @Override
  public boolean retrySupported() {
    return false;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    try {
      body.writeTo(out);
    } catch (RuntimeException e) {
      thrown = Optional.of(e);
      throw e;
    }
    out.flush();
  }

  /** Whether the failure is the body's, and not one of the library. */
  boolean hasThrown(RuntimeException failure) {
    return thrown.filter(own -> own == failure).isPresent();
  }
}
