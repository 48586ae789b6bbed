package dev.cvmfs.it;

import java.util.List;

/** A registry on 127.0.0.1, without TLS. */
public interface RunningRegistry extends AutoCloseable {
  /** {@code 127.0.0.1:<port>}, as in image names. */
  String host();

  /** All requests that the registry has had, in their order. */
  List<RegistryRequest> requests();

  @Override
  void close();
}
