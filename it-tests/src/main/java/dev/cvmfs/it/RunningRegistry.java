package dev.cvmfs.it;

/** A registry on 127.0.0.1, without TLS. */
public interface RunningRegistry extends AutoCloseable {

  /** {@code 127.0.0.1:<port>}, as in image names. */
  String host();

  @Override
  void close();
}
