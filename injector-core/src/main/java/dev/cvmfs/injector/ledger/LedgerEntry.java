package dev.cvmfs.injector.ledger;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What is known of one layer.
 *
 * @param layer digest of its blob
 * @param diffId digest of the uncompressed tar
 * @param size bytes of the blob
 * @param toc digest of its table of contents; empty if it is no eStargz, or was noted before this
 *     was
 * @param amounts how much is in it
 * @param repositories what it was made from, by fully qualified name
 * @param places repositories of images that have the blob, {@code HOST/PATH}; those that came last
 *     are first, and the oldest are forgotten
 */
public record LedgerEntry(
    Digest layer,
    Digest diffId,
    long size,
    Optional<Digest> toc,
    Amounts amounts,
    SortedMap<String, Repository> repositories,
    List<String> places) {
  private static final int PLACES_KEPT = 8;

  public LedgerEntry {
    if (size <= 0) {
      throw new IllegalArgumentException("a layer cannot have %d bytes".formatted(size));
    }
    repositories = Collections.unmodifiableSortedMap(new TreeMap<>(repositories));
    places = places.stream().distinct().limit(PLACES_KEPT).toList();
  }

  /** The same layer, made from other states of its repositories. */
  public LedgerEntry from(SortedMap<String, Repository> others) {
    return new LedgerEntry(layer, diffId, size, toc, amounts, others, places);
  }

  /** The same layer, which this place has as well. */
  public LedgerEntry at(String place) {
    return places.contains(place)
        ? this
        : withPlaces(Stream.concat(Stream.of(place), places.stream()));
  }

  /** The same layer, which these places have as well, if they are not too many. */
  LedgerEntry orAt(List<String> others) {
    return withPlaces(Stream.concat(places.stream(), others.stream()));
  }

  private LedgerEntry withPlaces(Stream<String> all) {
    return new LedgerEntry(layer, diffId, size, toc, amounts, repositories, all.toList());
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
