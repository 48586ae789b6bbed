package dev.cvmfs.registry.http;

import java.io.IOException;
import java.io.OutputStream;

/** A body out of memory. */
final class InMemory implements RequestBody {
  private final byte[] bytes;
  private final boolean secret;

  /**
   * @param bytes nobody else's
   */
  InMemory(byte[] bytes, boolean secret) {
    this.bytes = bytes;
    this.secret = secret;
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public boolean isSecret() {
    return secret;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes);
  }
}
