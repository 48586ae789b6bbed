package dev.cvmfs.registry.auth;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Tokens by what they allow. Not safe for several threads. */
final class TokenCache {
  private final Map<Set<Scope>, BearerToken> tokens = new HashMap<>();

  void put(Set<Scope> scopes, BearerToken token) {
    tokens.put(Set.copyOf(scopes), token);
  }

  /** A fresh token that allows all of this, and perhaps more. */
  Optional<BearerToken> find(Set<Scope> scopes, Instant now, Duration margin) {
    return tokens.entrySet().stream()
        .filter(entry -> entry.getValue().isFresh(now, margin))
        .filter(entry -> scopes.stream().allMatch(scope -> scope.isIn(entry.getKey())))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** Forgets the token that was sent; returns whether there was one. */
  boolean forget(String value) {
    return tokens.values().removeIf(token -> token.value().equals(value));
  }
}
