package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.http.Origin;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which ways up each host turned out to take, so that it is found out only once. */
public final class UploadHabits {
  private final ConcurrentHashMap<Origin, Rung> rungs = new ConcurrentHashMap<>();
  private final Set<Origin> withoutMounts = ConcurrentHashMap.newKeySet();

  Rung of(Origin origin) {
    return rungs.getOrDefault(origin, Rung.MONOLITHIC);
  }

  void remember(Origin origin, Rung rung) {
    rungs.put(origin, rung);
  }

  boolean mounts(Origin origin) {
    return !withoutMounts.contains(origin);
  }

  void rememberNoMounts(Origin origin) {
    withoutMounts.add(origin);
  }
}
