package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.GarbageObject;
import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds what a layer of ours holds that a slice has no use for. A content that the slice has under
 * another name is not among it, and of several names of one content only the first.
 *
 * <p>What is garbage, and since when, is the layer's word. What is taken over of it is proven as
 * far as it can be without a catalog: its bytes must have the hash, or hashes, that it is listed
 * with.
 */
public final class LayerGarbage {
  /** As many as lists of garbage have room for, if each takes 40 digits and a blank. */
  private static final long MOST_MEMBERS = LayerLimits.LARGEST_LISTS / 41;

  /**
   * No repository has this name: its files had the first link, but it is no longer in the slice.
   */
  private static final String GONE = "";

  /** Newest first, then by name. */
  private static final Comparator<GarbageObject> NEWEST =
      Comparator.comparingLong(GarbageObject::revision)
          .reversed()
          .thenComparing(GarbageObject::name);

  private final PresentLayer layer;
  private final Slice slice;
  private final SortedMap<String, Long> revisions;
  private final List<GarbageObject> listed = new ArrayList<>();
  private final SortedMap<String, IndexRecord> fresh = new TreeMap<>();
  private long freshMembers;

  private LayerGarbage(PresentLayer layer, Slice slice, SortedMap<String, Long> revisions) {
    this.layer = layer;
    this.slice = slice;
    this.revisions = revisions;
  }

  /**
   * How much garbage there is.
   *
   * @param bytes of plain content
   */
  public record Amount(long objects, long bytes) {}

  /**
   * How much a layer lists, at its word.
   *
   * @throws LayerFormatException if the layer is damaged
   */
  public static Amount amountIn(PresentLayer layer) throws IOException {
    GarbageLists lists = GarbageLists.of(layer);
    long objects = 0;
    long bytes = 0;
    if (!lists.isEmpty()) {
      try (Cursor<IndexRecord> index = layer.index()) {
        while (index.hasNext()) {
          IndexRecord record = index.next();
          if (lists.of(record.name().path()).isPresent() && isPlausible(record)) {
            objects++;
            bytes += record.members().stream().mapToLong(StoredMember::plainSize).sum();
          }
        }
      }
    }
    return new Amount(objects, bytes);
  }

  /**
   * What a layer lists as garbage and a slice does not need.
   *
   * @param revisions of the slice's repositories, by name; of others nothing is kept
   * @throws LayerFormatException if the layer is damaged
   */
  public static Garbage listedIn(PresentLayer layer, Slice slice, SortedMap<String, Long> revisions)
      throws IOException {
    GarbageLists lists = GarbageLists.of(layer);
    if (lists.isEmpty()) {
      return Garbage.NONE;
    }
    LayerGarbage found = new LayerGarbage(layer, slice, revisions);
    found.compare(lists);
    return Garbage.of(found.listed);
  }

  /**
   * What is garbage once a slice has taken the place of a layer: what the layer lists already, and
   * what only the layer's own files link to, as of the given revisions. If there is too much of it,
   * that which has been garbage longest is left out.
   *
   * @param revisions of the slice's repositories, by name
   * @throws LayerFormatException if the layer is damaged
   */
  public static Garbage after(PresentLayer layer, Slice slice, SortedMap<String, Long> revisions)
      throws IOException {
    LayerGarbage found = new LayerGarbage(layer, slice, revisions);
    found.compare(GarbageLists.of(layer));
    List<GarbageObject> all = found.listed;
    all.addAll(found.ownedFresh());
    all.sort(NEWEST);
    return Garbage.beginning(all);
  }

  private void compare(GarbageLists lists) throws IOException {
    try (Cursor<IndexRecord> index = layer.index();
        Cursor<PlannedObject> objects = slice.with(Garbage.NONE).objects()) {
      Optional<ContentHash> wanted = Optional.empty();
      Optional<ContentHash> last = Optional.empty();
      while (index.hasNext()) {
        IndexRecord record = index.next();
        ContentHash content = record.name().content();
        while (objects.hasNext()
            && (wanted.isEmpty() || PresentContent.order(wanted.get(), content) < 0)) {
          wanted = Optional.of(objects.next().name().content());
        }
        boolean known = Optional.of(content).equals(wanted) || Optional.of(content).equals(last);
        if (!known && isPlausible(record)) {
          last = Optional.of(content);
          add(record, lists);
        }
      }
    }
  }

  private void add(IndexRecord record, GarbageLists lists) {
    Optional<GarbageLists.Note> note = lists.of(record.name().path());
    if (note.isEmpty()) {
      long members = freshMembers + record.members().size();
      if (fresh.size() < Garbage.MOST && members <= MOST_MEMBERS) {
        freshMembers = members;
        fresh.put(new LayerNames(slice.prefix()).object(record.name()).toString(), record);
      }
      return;
    }
    List<ContentHash> hashes =
        note.get().objects().isEmpty() ? List.of(record.name().content()) : note.get().objects();
    if (hashes.size() == record.members().size()) {
      garbage(record, note.get().fqrn(), note.get().revision(), hashes).ifPresent(listed::add);
    }
  }

  private Optional<GarbageObject> garbage(
      IndexRecord record, String fqrn, long since, List<ContentHash> hashes) {
    OptionalInt repository = position(fqrn);
    if (repository.isEmpty()) {
      return Optional.empty();
    }
    List<ObjectRef> objects = new ArrayList<>(hashes.size());
    for (int i = 0; i < hashes.size(); i++) {
      StoredMember member = record.members().get(i);
      Compression compression =
          member.zlibHeader() == StoredMember.UNCOMPRESSED ? Compression.NONE : Compression.ZLIB;
      ObjectKind kind = hashes.size() == 1 ? ObjectKind.DATA : ObjectKind.CHUNK;
      objects.add(new ObjectRef(hashes.get(i), kind, compression, member.plainSize()));
    }
    long newest = Optional.ofNullable(revisions.get(fqrn)).orElseThrow();
    return Optional.of(
        new GarbageObject(
            record.name(), fqrn, repository.getAsInt(), Math.min(since, newest), objects));
  }

  private OptionalInt position(String fqrn) {
    return revisions.containsKey(fqrn)
        ? OptionalInt.of(revisions.headMap(fqrn).size())
        : OptionalInt.empty();
  }

  /** The writer takes no larger objects from a layer, nor any that no compression makes so long. */
  private static boolean isPlausible(IndexRecord record) {
    return !record.members().isEmpty()
        && record.members().stream()
            .allMatch(
                member ->
                    member.plainSize() > 0 && WindowPlanner.canBe(member.plainSize(), member));
  }

  /** What has only now become garbage, of the repositories whose files linked to it. */
  private List<GarbageObject> ownedFresh() throws IOException {
    Map<String, String> owners = owners();
    owners.values().removeIf(GONE::equals);
    fresh.keySet().retainAll(owners.keySet());
    List<IndexRecord> records = List.copyOf(fresh.values());
    List<String> fqrns = fresh.keySet().stream().map(owners::get).toList();
    List<Optional<List<ContentHash>>> hashes = MemberHashes.of(layer, records);
    List<GarbageObject> owned = new ArrayList<>();
    for (int i = 0; i < records.size(); i++) {
      IndexRecord record = records.get(i);
      String fqrn = fqrns.get(i);
      long now = Optional.ofNullable(revisions.get(fqrn)).orElseThrow();
      hashes.get(i).flatMap(of -> garbage(record, fqrn, now, of)).ifPresent(owned::add);
    }
    return owned;
  }

  /** The first repository in which a file links to it, for each; not names of any length. */
  private Map<String, String> owners() throws IOException {
    Map<String, String> owners = new HashMap<>();
    try (Cursor<TreeItem> tree = layer.tree()) {
      while (tree.hasNext()) {
        TarEntry entry = tree.next().entry();
        if (entry.type() == TarEntry.Type.HARD_LINK) {
          String target = entry.linkTarget().toString();
          List<String> path = List.of(entry.name().toString().split("/", 3));
          if (path.size() == 3 && fresh.containsKey(target)) {
            owners.putIfAbsent(target, revisions.containsKey(path.get(1)) ? path.get(1) : GONE);
          }
        }
      }
    }
    return owners;
  }
}
