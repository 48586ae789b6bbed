package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * What a layer shall hold. Kept in temporary files, so that its size is not bounded by memory;
 * every part can be read any number of times, also at once, from front to back.
 */
public final class Slice {
  private final ByteString prefix;
  private final List<TreeItem> provenance;
  private final RecordFile visible;
  private final RecordFile linkTargets;
  private final RecordFile objects;
  private final long contentBytes;
  private final List<String> skippedSockets;
  private final Garbage garbage;
  private final LayerShape shape;

  Slice(
      ByteString prefix,
      List<TreeItem> provenance,
      RecordFile visible,
      RecordFile linkTargets,
      RecordFile objects,
      long contentBytes,
      List<String> skippedSockets,
      Garbage garbage,
      LayerShape shape) {
    this.prefix = prefix;
    this.provenance = List.copyOf(provenance);
    this.visible = visible;
    this.linkTargets = linkTargets;
    this.objects = objects;
    this.contentBytes = contentBytes;
    this.skippedSockets = List.copyOf(skippedSockets);
    this.garbage = garbage;
    this.shape = shape;
  }

  /**
   * The same with other garbage.
   *
   * @param kept objects of which none has the name of one that is linked to
   */
  public Slice with(Garbage kept) {
    return new Slice(
        prefix,
        provenance,
        visible,
        linkTargets,
        objects,
        contentBytes,
        skippedSockets,
        kept,
        shape);
  }

  /** The directory in the image that everything lies in, such as {@code cvmfs}. */
  public ByteString prefix() {
    return prefix;
  }

  /** How the layer is built. */
  public LayerShape shape() {
    return shape;
  }

  /** What is kept though no visible file links to it. */
  public Garbage garbage() {
    return garbage;
  }

  /** How many {@code .data} files there are, without garbage. */
  public long objectCount() {
    return objects.count();
  }

  /** Bytes of plain content of all {@code .data} files, without garbage. */
  public long contentBytes() {
    return contentBytes;
  }

  /** How many entries the visible trees have. */
  public long visibleCount() {
    return visible.count();
  }

  /** Sockets that were left out, since an archive cannot hold them. */
  public List<String> skippedSockets() {
    return skippedSockets;
  }

  /** The {@code .data} files in the order of their names, garbage among them. */
  public Cursor<PlannedObject> objects() throws IOException {
    return new ObjectCursor(objects.read(), garbage.objects().iterator());
  }

  /**
   * The lists of garbage, {@code .provenance} and the visible trees, all of it sorted by path, but
   * that {@code .data} itself is not there.
   */
  public Cursor<TreeItem> tree() throws IOException {
    List<TreeItem> first = new ArrayList<>(garbage.lists(prefix));
    first.addAll(provenance);
    return new TreeCursor(first.iterator(), visible.read(), linkTargets.read());
  }

  private static final class ObjectCursor implements Cursor<PlannedObject> {
    private final RecordFile.Reader reader;
    private final Iterator<GarbageObject> garbage;
    private Optional<PlannedObject> object = Optional.empty();
    private Optional<PlannedObject> unlinked = Optional.empty();

    private ObjectCursor(RecordFile.Reader reader, Iterator<GarbageObject> garbage) {
      this.reader = reader;
      this.garbage = garbage;
    }

    @Override
    public boolean hasNext() {
      return object.isPresent() || unlinked.isPresent() || reader.hasNext() || garbage.hasNext();
    }

    @Override
    public PlannedObject next() {
      if (object.isEmpty() && reader.hasNext()) {
        object = Optional.of(SliceCodec.parse(reader.next(), 0, SliceCodec::readObject));
      }
      if (unlinked.isEmpty() && garbage.hasNext()) {
        unlinked = Optional.of(garbage.next().planned());
      }
      PlannedObject next;
      if (unlinked.isEmpty()
          || (object.isPresent() && object.get().name().compareTo(unlinked.get().name()) < 0)) {
        next = object.orElseThrow(NoSuchElementException::new);
        object = Optional.empty();
      } else {
        next = unlinked.get();
        unlinked = Optional.empty();
      }
      return next;
    }

    @Override
    public void close() {
      reader.close();
    }
  }

  /** The visible trees alone. */
  Cursor<TreeItem> visible() throws IOException {
    return new TreeCursor(Collections.emptyIterator(), visible.read(), linkTargets.read());
  }

  /** The entries of the visible trees as records, in which links lead nowhere yet. */
  RecordFile.Reader visibleRecords() throws IOException {
    return visible.read();
  }

  private static final class TreeCursor implements Cursor<TreeItem> {
    private final Iterator<TreeItem> first;
    private final RecordFile.Reader visible;
    private final RecordFile.Reader linkTargets;

    private TreeCursor(
        Iterator<TreeItem> first, RecordFile.Reader visible, RecordFile.Reader linkTargets) {
      this.first = first;
      this.visible = visible;
      this.linkTargets = linkTargets;
    }

    @Override
    public boolean hasNext() {
      return first.hasNext() || visible.hasNext();
    }

    @Override
    public TreeItem next() {
      if (first.hasNext()) {
        return first.next();
      }
      TarEntry entry = SliceCodec.parse(visible.next(), 0, SliceCodec::readEntry);
      if (entry.type() != TarEntry.Type.HARD_LINK) {
        return TreeItem.of(entry);
      }
      // Sorted by position, so the targets come in the order of the links.
      byte[] target = linkTargets.next();
      ByteString name = ByteString.of(Arrays.copyOfRange(target, Long.BYTES, target.length));
      return TreeItem.of(TarEntry.hardLink(entry.name(), entry.attributes(), name));
    }

    @Override
    public void close() {
      visible.close();
      linkTargets.close();
    }
  }
}
