package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** What a server answered to a GET. Closing it before its body's end gives up the connection. */
public interface Answer extends AutoCloseable {

  /** The HTTP status; for local files 200, 403 or 404. */
  int status();

  Optional<String> header(String name);

  /** Bytes of the body, where the server says so. */
  OptionalLong length();

  /** The body as sent. It throws nothing but {@link TransferException}. */
  InputStream body();

  @Override
  void close();
}
