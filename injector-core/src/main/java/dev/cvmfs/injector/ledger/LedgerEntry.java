package dev.cvmfs.injector.ledger;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known of one layer.
 *
 * @param layer digest of its blob
 * @param amounts how much is in it
 * @param repositories what it was made from, by fully qualified name
 */
public record LedgerEntry(
    Digest layer, Amounts amounts, SortedMap<String, Repository> repositories) {

  public LedgerEntry {
    repositories = Collections.unmodifiableSortedMap(new TreeMap<>(repositories));
  }

  /**
   * How much is in a layer.
   *
   * @param entries of the visible trees
   * @param objects files in the store
   * @param contentBytes of plain content in the store
   * @param garbageObjects files in the store, not counted in {@code objects}, that nothing links to
   * @param garbageBytes of plain content in them
   */
  public record Amounts(
      long entries, long objects, long contentBytes, long garbageObjects, long garbageBytes) {
    public Amounts {
      if (entries < 0
          || objects < 0
          || contentBytes < 0
          || garbageObjects < 0
          || garbageBytes < 0) {
        throw new IllegalArgumentException("negative amounts of a layer");
      }
    }

    /** Of a layer without garbage. */
    public Amounts(long entries, long objects, long contentBytes) {
      this(entries, objects, contentBytes, 0, 0);
    }
  }

  /**
   * One repository's part of a layer.
   *
   * @param rootHash a state from which the layer comes out; usually the last one that was seen
   * @param provenance names and contents of the files that say how: the specification, and the
   *     options that shape the layer
   */
  public record Repository(ContentHash rootHash, SortedMap<String, ByteString> provenance) {
    public Repository {
      provenance = Collections.unmodifiableSortedMap(new TreeMap<>(provenance));
    }
  }
}
