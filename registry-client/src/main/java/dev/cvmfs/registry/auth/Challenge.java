package dev.cvmfs.registry.auth;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One way of authentication a registry offers (RFC 9110 §11.3).
 *
 * @param scheme in lower case: {@code bearer}, {@code basic}, …
 * @param parameters their names in lower case
 */
record Challenge(String scheme, Map<String, String> parameters) {
  Challenge {
    scheme = scheme.toLowerCase(Locale.ROOT);
    parameters = Map.copyOf(parameters);
  }

  Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }
}
