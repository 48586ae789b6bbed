package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.http.Origin;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which ways up each host turned out to take, so that it is found out only once. */
public final class UploadHabits {
  private final ConcurrentHashMap<Origin, Rung> rungs = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Origin, Optional<Rung>> early = new ConcurrentHashMap<>();
  private final Set<Origin> withoutMounts = ConcurrentHashMap.newKeySet();

  Rung of(Origin origin) {
    return rungs.getOrDefault(origin, Rung.MONOLITHIC);
  }

  void remember(Origin origin, Rung rung) {
    rungs.put(origin, rung);
  }

  /** How to send what is still being written; empty if the host does not take it at all. */
  Optional<Rung> early(Origin origin) {
    return early.getOrDefault(origin, Optional.of(Rung.CHUNKED));
  }

  void rememberEarly(Origin origin, Optional<Rung> rung) {
    early.put(origin, rung);
  }

  boolean mounts(Origin origin) {
    return !withoutMounts.contains(origin);
  }

  void rememberNoMounts(Origin origin) {
    withoutMounts.add(origin);
  }
}
