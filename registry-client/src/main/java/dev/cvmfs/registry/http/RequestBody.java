package dev.cvmfs.registry.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * What a request carries. It can be written any number of times, always the same bytes, because a
 * redirect or a fresh token may make it necessary.
 */
public interface RequestBody {

  /** Nothing, but with {@code Content-Length: 0}, which some registries insist on. */
  RequestBody EMPTY = of(new byte[0]);

  /** The length of what is still being written when it is sent. */
  long UNKNOWN = -1;

  /** Its exact number of bytes, or {@link #UNKNOWN}. */
  long length();

  /** Whether it holds a credential, which is for nobody but the host that it was made for. */
  default boolean isSecret() {
    return false;
  }

  /**
   * Writes the bytes.
   *
   * @throws IOException if the other side does not take them
   * @throws java.io.UncheckedIOException if our side cannot read them
   */
  void writeTo(OutputStream out) throws IOException;

  /** A body out of memory. */
  static RequestBody of(byte[] bytes) {
    return new InMemory(bytes.clone(), false);
  }

  /** A body out of memory that holds a credential. */
  static RequestBody secret(byte[] bytes) {
    return new InMemory(bytes.clone(), true);
  }
}
