package dev.cvmfs.registry.http;

import java.net.URI;

/** A whole answer in memory. */
public final class Reply {
  private final int status;
  private final Headers headers;
  private final URI url;
  private final byte[] body;
  private final boolean complete;

  Reply(int status, Headers headers, URI url, byte[] body, boolean complete) {
    this.status = status;
    this.headers = headers;
    this.url = url;
    this.body = body;
    this.complete = complete;
  }

  public int status() {
    return status;
  }

  public boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  public Headers headers() {
    return headers;
  }

  /** The URL that answered, after redirects. */
  public URI url() {
    return url;
  }

  public byte[] body() {
    return body.clone();
  }

  /** Whether the body was within the limit it was read with. */
  public boolean isComplete() {
    return complete;
  }
}
