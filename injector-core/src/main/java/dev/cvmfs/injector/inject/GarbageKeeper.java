package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.GarbagePolicy;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;

/** Decides what a new layer keeps of objects in the old one that nothing links to any more. */
final class GarbageKeeper {
  private final GarbagePolicy policy;
  private final Map<Replacement, Slice> known = new HashMap<>();

  GarbageKeeper(GarbagePolicy policy) {
    this.policy = policy;
  }

  /** Several images may have the same layer, and then get the same one. */
  private record Replacement(Slice slice, Digest old) {}

  /** Whether a layer that was made earlier has no more garbage than it may have now. */
  boolean allows(LedgerEntry.Amounts layer) {
    return policy.keeps(layer.garbageBytes(), layer.contentBytes());
  }

  /**
   * The slice with what is to be kept.
   *
   * @param revisions of the slice's repositories, by name
   */
  Slice keep(Slice slice, OldLayer old, SortedMap<String, Long> revisions) throws IOException {
    if (!policy.keepsAny()) {
      return slice;
    }
    Replacement replacement = new Replacement(slice, old.digest());
    Slice earlier = known.get(replacement);
    if (earlier != null) {
      return earlier;
    }
    Garbage garbage = old.garbageAfter(slice, revisions);
    boolean kept =
        !garbage.objects().isEmpty() && policy.keeps(garbage.bytes(), slice.contentBytes());
    Slice result = kept ? slice.with(garbage) : slice;
    known.put(replacement, result);
    return result;
  }
}
