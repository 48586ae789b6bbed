package dev.cvmfs.registry.testing;

import java.util.Map;
import java.util.Optional;

/** A request as it arrived. */
public record Seen(String method, String target, Map<String, String> headers) {

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
