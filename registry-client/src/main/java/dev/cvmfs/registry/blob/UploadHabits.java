package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.http.Origin;
import java.util.concurrent.ConcurrentHashMap;

/** Which rung of the ladder each host turned out to need, so that it is found out only once. */
public final class UploadHabits {
  private final ConcurrentHashMap<Origin, Rung> rungs = new ConcurrentHashMap<>();

  Rung of(Origin origin) {
    return rungs.getOrDefault(origin, Rung.MONOLITHIC);
  }

  void remember(Origin origin, Rung rung) {
    rungs.put(origin, rung);
  }
}
