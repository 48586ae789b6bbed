package dev.cvmfs.registry.auth;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a token allows on one thing: {@code repository:library/debian:pull,push}.
 *
 * @param resource all up to the last colon
 * @param actions what is allowed
 */
record Scope(String resource, Set<String> actions) {
  Scope {
    actions = Set.copyOf(actions);
  }

  static Scope parse(String text) {
    int colon = text.lastIndexOf(':');
    return colon < 0
        ? new Scope(text, Set.of())
        : new Scope(
            text.substring(0, colon),
            new LinkedHashSet<>(Arrays.asList(text.substring(colon + 1).split(","))));
  }

  /** The scopes of a challenge, which are parted by blanks. */
  static List<Scope> parseAll(String text) {
    return Arrays.stream(text.strip().split("\\s+"))
        .filter(part -> !part.isEmpty())
        .map(Scope::parse)
        .toList();
  }

  /** Whether one of the scopes allows all that this one does. */
  boolean isIn(Set<Scope> scopes) {
    return scopes.stream()
        .anyMatch(other -> other.resource.equals(resource) && other.actions.containsAll(actions));
  }

  /** The text, with actions in the order that all servers know. */
  @Override
  public String toString() {
    return actions.isEmpty()
        ? resource
        : resource + ":" + String.join(",", actions.stream().sorted().toList());
  }
}
