package dev.cvmfs.registry.http;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Counts what passes through another transport. */
public final class CountingTransport implements Transport {
  private final Transport transport;
  private final Counters counters;

  public CountingTransport(Transport transport, Counters counters) {
    this.transport = transport;
    this.counters = counters;
  }

  @Override
  public Response send(Request request) throws IOException {
    counters.request();
    Response response =
        transport.send(request.body().map(body -> request.body(new Counted(body))).orElse(request));
    return new Response(
        response.status(),
        response.headers(),
        response.url(),
        new CountedInput(response.body()),
        response);
  }

  private final class Counted implements RequestBody {
    private final RequestBody body;

    Counted(RequestBody body) {
      this.body = body;
    }

    @Override
    public long length() {
      return body.length();
    }

    @Override
    public boolean isSecret() {
      return body.isSecret();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      body.writeTo(new CountedOutput(out));
    }
  }

  private final class CountedOutput extends FilterOutputStream {
    CountedOutput(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      counters.sent(1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      counters.sent(length);
    }
  }

  private final class CountedInput extends FilterInputStream {
    CountedInput(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int b = super.read();
      counters.received(b < 0 ? 0 : 1);
      return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, length);
      counters.received(Math.max(read, 0));
      return read;
    }

    @Override
    public long skip(long length) throws IOException {
      long skipped = super.skip(length);
      counters.received(skipped);
      return skipped;
    }
  }
}
