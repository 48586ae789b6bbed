package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.injector.tar.TarReader;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.SortedMerge;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says what distinguishes a layer from the one that a slice gives, in three parts: the objects,
 * where the index says that they are; all headers of the archive, from its first byte to its last;
 * the tree, where the footer says that it is. What cannot be read to its end is said once, and the
 * other parts are still looked at.
 *
 * <p>No order of headers is looked for: a forged archive may have any, and one that is only in
 * another order differs in its bytes anyway.
 */
final class LayerExamination {
  private static final int MOST = 1000;

  /** How many bytes of headers an archive may have beyond those that it should have. */
  private static final long MOST_SURPLUS = 64L << 20;

  private final Slice slice;
  private final PresentLayer layer;
  private final BlobRanges blob;
  private final WorkDirectory work;
  private final Set<LayerFinding> findings = new LinkedHashSet<>();
  private long more;

  LayerExamination(Slice slice, PresentLayer layer, BlobRanges blob, WorkDirectory work) {
    this.slice = slice;
    this.layer = layer;
    this.blob = blob;
    this.work = work;
  }

  /** One part of the work, which may find the layer to be unreadable. */
  private interface Part {
    void examine() throws IOException;
  }

  /**
   * All that is wrong.
   *
   * @throws IOException if the local disk fails
   */
  List<LayerFinding> findings() throws IOException {
    examine("objects", this::examineObjects);
    examine("archive", this::examineArchive);
    examine("tree", this::examineTree);
    List<LayerFinding> all = new ArrayList<>(findings);
    if (more > 0) {
      all.add(new LayerFinding("and more", "%d further findings".formatted(more)));
    }
    return all;
  }

  // What is examined may be anything, and to be unreadable is a finding as well.
  private boolean examine(String name, Part part) throws IOException {
    try {
      part.examine();
      return true;
    } catch (LayerFormatException | TarFormatException e) {
      found(name, "cannot be read any further: " + e.getMessage());
      return false;
    }
  }

  private void found(String where, String what) {
    LayerFinding finding = new LayerFinding(where, what);
    if (findings.size() < MOST) {
      findings.add(finding);
    } else if (!findings.contains(finding)) {
      more++;
    }
  }

  private void examineObjects() throws IOException {
    try (Cursor<PlannedObject> objects = slice.objects();
        Cursor<IndexRecord> index = layer.index();
        ObjectCopier copier = new ObjectCopier()) {
      Optional<PlannedObject> wanted = next(objects);
      Optional<IndexRecord> present = next(index);
      while (wanted.isPresent() || present.isPresent()) {
        int order =
            wanted.isEmpty()
                ? 1
                : present.isEmpty() ? -1 : wanted.get().name().compareTo(present.get().name());
        if (order < 0) {
          found(".data/" + wanted.orElseThrow().name(), "missing in the index");
        } else if (order > 0) {
          found(".data/" + present.orElseThrow().name(), "in the index, but not in the slice");
        } else {
          examineObject(wanted.orElseThrow(), present.orElseThrow(), copier);
        }
        wanted = order <= 0 ? next(objects) : wanted;
        present = order >= 0 ? next(index) : present;
      }
    }
  }

  private void examineObject(PlannedObject wanted, IndexRecord present, ObjectCopier copier)
      throws IOException {
    String where = ".data/" + wanted.name();
    if (wanted.objects().size() != present.members().size()) {
      found(
          where,
          "has %d members in the index, but is %d objects"
              .formatted(present.members().size(), wanted.objects().size()));
      return;
    }
    long offset = present.start();
    for (int i = 0; i < wanted.objects().size(); i++) {
      StoredMember member = present.members().get(i);
      try (InputStream bytes = layer.openMember(offset, member)) {
        StoredMember proven =
            copier.copyMember(
                bytes, member, wanted.objects().get(i), (b, from, n) -> {}, (b, from, n) -> {});
        if (!proven.isSameObject(member)
            || (member.splice().isEmpty() && proven.length() != member.length())) {
          found(where, "the index says something else of it than what it is");
        }
      } catch (ObjectMismatchException e) {
        found(where, String.valueOf(e.getMessage()));
      }
      offset += member.length();
    }
  }

  private static <T> Optional<T> next(Iterator<T> iterator) {
    return iterator.hasNext() ? Optional.of(iterator.next()) : Optional.empty();
  }

  private void examineArchive() throws IOException {
    ExpectedHeaders wanted = ExpectedHeaders.of(slice, work);
    HeaderSorter present = new HeaderSorter(work);
    boolean whole = examine("archive", () -> readArchive(present, wanted));
    try (HeaderSorter.Sorted is = present.sorted();
        HeaderSorter.Sorted should = wanted.sorted()) {
      SortedMerge<TarEntry> merge =
          new SortedMerge<>(is, should, Comparator.comparing(TarEntry::name));
      while (merge.hasNext()) {
        Change<TarEntry> change = merge.next();
        if (whole || change.before().isPresent()) {
          tell(change);
        }
      }
    }
  }

  /** Collects the headers, and no more of them than there can be room for. */
  private void readArchive(HeaderSorter headers, ExpectedHeaders wanted) throws IOException {
    long most = wanted.bytes() + MOST_SURPLUS;
    try (InputStream members = blob.open(0, blob.size());
        InputStream plain = UnpackedInput.ofMembers(members, blob.size())) {
      TarReader reader = new TarReader(plain);
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        headers.add(wanted.comparable(next.get()));
        if (headers.bytes() > most) {
          throw new LayerFormatException("it has far more headers than it should have");
        }
      }
      requireZeros(plain);
    }
  }

  /** Some programs go on behind the block of zeros that ends an archive. */
  private void requireZeros(InputStream rest) throws IOException {
    byte[] buffer = new byte[1 << 16];
    for (int count = rest.read(buffer); count >= 0; count = rest.read(buffer)) {
      for (int i = 0; i < count; i++) {
        if (buffer[i] != 0) {
          found("archive", "has something behind its end");
          return;
        }
      }
    }
  }

  private void examineTree() throws IOException {
    try (Cursor<TreeItem> wanted = slice.tree();
        Cursor<TreeItem> present = layer.tree()) {
      SortedMerge<TreeItem> merge =
          new SortedMerge<>(present, wanted, Comparator.comparing(LayerChanges::path));
      while (merge.hasNext()) {
        Change<TarEntry> change = merge.next().map(TreeItem::entry);
        if (change instanceof Change.Changed<TarEntry> changed
            && changed.present().equals(changed.wanted())) {
          found(changed.present().name().toString(), "has another content");
        } else {
          tell(change);
        }
      }
    }
  }

  private void tell(Change<TarEntry> change) {
    String name = change.subject().name().toString();
    if (change.before().isEmpty()) {
      found(name, "missing");
    } else if (change.after().isEmpty()) {
      found(name, "should not be there");
    } else if (change instanceof Change.Changed<TarEntry> changed) {
      found(name, EntryDifference.of(changed.present(), changed.wanted()));
    }
  }
}
