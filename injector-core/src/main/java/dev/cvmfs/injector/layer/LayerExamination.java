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
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Says what distinguishes a layer from the one that a slice gives, part by part: the objects, the
 * index, the store's headers, the visible tree. What cannot be read to its end is said once, and
 * the other parts are still looked at.
 */
final class LayerExamination {
  private static final int MOST = 1000;

  private final Slice slice;
  private final PresentLayer layer;
  private final BlobRanges blob;
  private final WorkDirectory work;
  private final List<LayerFinding> findings = new ArrayList<>();
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

  List<LayerFinding> findings() {
    examine("objects", this::examineObjects);
    if (slice.shape().hardLinks()) {
      examine("store", this::examineStore);
    } else {
      examine("files", this::examineFiles);
    }
    examine("tree", this::examineTree);
    if (more > 0) {
      findings.add(new LayerFinding("and more", "%d further findings".formatted(more)));
    }
    return findings;
  }

  // What is examined may be anything, and to be unreadable is a finding as well.
  private void examine(String name, Part part) {
    try {
      part.examine();
    } catch (LayerFormatException | TarFormatException | IOException e) {
      found(name, "cannot be read any further: " + e.getMessage());
    }
  }

  private void found(String where, String what) {
    if (findings.size() < MOST) {
      findings.add(new LayerFinding(where, what));
    } else {
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

  /** The archive from its start to the tree: directories and files of the store. */
  private void examineStore() throws IOException {
    try (InputStream plain =
            GzipCompressorInputStream.builder()
                .setInputStream(blob.open(0, blob.size()))
                .setDecompressConcatenated(true)
                .get();
        Cursor<PlannedObject> objects = slice.objects()) {
      LayerNames names = new LayerNames(slice.prefix());
      String store = names.data() + "/";
      TarReader reader = new TarReader(plain);
      SortedMerge<TarEntry> merge =
          new SortedMerge<>(
              new StoreEntries(reader, store),
              new StoreHeaders(objects, names),
              Comparator.comparing(TarEntry::name));
      while (merge.hasNext()) {
        tell(merge.next());
      }
    }
  }

  /** Without hard links: the headers of the files with content, in the order of the archive. */
  private void examineFiles() throws IOException {
    try (InputStream plain =
            GzipCompressorInputStream.builder()
                .setInputStream(blob.open(0, blob.size()))
                .setDecompressConcatenated(true)
                .get();
        Cursor<ContentFiles.ContentFile> files = ContentFiles.of(slice, work).files()) {
      TarReader reader = new TarReader(plain);
      while (files.hasNext()) {
        TarEntry wanted = files.next().header();
        Optional<TarEntry> present = reader.next();
        while (present.isPresent() && present.get().type() == TarEntry.Type.DIRECTORY) {
          // Directories of the store; the others come later.
          present = reader.next();
        }
        if (present.isEmpty() || !present.get().name().equals(wanted.name())) {
          found(wanted.name().toString(), "is not where it should be in the archive");
          return;
        }
        if (!present.get().equals(wanted)) {
          found(wanted.name().toString(), EntryDifference.of(present.get(), wanted));
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
        Change<TreeItem> change = merge.next();
        if (change instanceof Change.Changed<TreeItem> changed
            && changed.present().entry().equals(changed.wanted().entry())) {
          found(changed.present().entry().name().toString(), "has another content");
        } else {
          tell(entries(change));
        }
      }
    }
  }

  private static Change<TarEntry> entries(Change<TreeItem> change) {
    if (change instanceof Change.Added<TreeItem> added) {
      return new Change.Added<>(added.wanted().entry());
    } else if (change instanceof Change.Removed<TreeItem> removed) {
      return new Change.Removed<>(removed.present().entry());
    } else if (change instanceof Change.Changed<TreeItem> changed) {
      return new Change.Changed<>(changed.present().entry(), changed.wanted().entry());
    }
    return new Change.Kept<>(((Change.Kept<TreeItem>) change).present().entry());
  }

  private void tell(Change<TarEntry> change) {
    if (change instanceof Change.Added<TarEntry> missing) {
      found(missing.wanted().name().toString(), "missing");
    } else if (change instanceof Change.Removed<TarEntry> surplus) {
      found(surplus.present().name().toString(), "should not be there");
    } else if (change instanceof Change.Changed<TarEntry> changed) {
      found(
          changed.present().name().toString(),
          EntryDifference.of(changed.present(), changed.wanted()));
    }
  }

  /** The entries of the store as the archive has them. */
  private static final class StoreEntries implements Iterator<TarEntry> {
    private final TarReader reader;
    private final String store;
    private Optional<TarEntry> head;

    private StoreEntries(TarReader reader, String store) throws IOException {
      this.reader = reader;
      this.store = store;
      this.head = advance();
    }

    private Optional<TarEntry> advance() throws IOException {
      Optional<TarEntry> entry = reader.next();
      while (entry.isPresent()) {
        String name = entry.get().name().toString();
        if (name.startsWith(store) && !name.startsWith(store + ".")) {
          return entry;
        }
        entry = reader.next();
      }
      return entry;
    }

    @Override
    public boolean hasNext() {
      return head.isPresent();
    }

    @Override
    public TarEntry next() {
      if (head.isEmpty()) {
        throw new NoSuchElementException();
      }
      TarEntry entry = head.get();
      try {
        head = advance();
      } catch (IOException e) {
        throw new LayerFormatException(
            "the archive cannot be read after %s: %s".formatted(entry.name(), e.getMessage()), e);
      }
      return entry;
    }
  }

  /** The same as the slice gives them. */
  private static final class StoreHeaders implements Iterator<TarEntry> {
    private final Cursor<PlannedObject> objects;
    private final LayerNames names;
    private final List<TarEntry> ready = new ArrayList<>();
    private String directory = "";

    private StoreHeaders(Cursor<PlannedObject> objects, LayerNames names) {
      this.objects = objects;
      this.names = names;
    }

    @Override
    public boolean hasNext() {
      return !ready.isEmpty() || objects.hasNext();
    }

    @Override
    public TarEntry next() {
      if (ready.isEmpty()) {
        PlannedObject object = objects.next();
        directory = LayerWriter.directoriesOf(directory, object.name().path(), names, ready::add);
        ready.add(TarEntry.file(names.object(object.name()), object.attributes(), object.size()));
      }
      return ready.remove(0);
    }
  }
}
