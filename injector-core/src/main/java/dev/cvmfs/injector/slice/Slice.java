package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * What a layer shall hold. Kept in temporary files, so that its size is not bounded by memory;
 * every part can be read any number of times, from front to back.
 */
public final class Slice {
  private final ByteString prefix;
  private final List<TreeItem> provenance;
  private final RecordFile visible;
  private final RecordSorter linkTargets;
  private final RecordFile objects;
  private final long contentBytes;
  private final List<String> skippedSockets;

  Slice(
      ByteString prefix,
      List<TreeItem> provenance,
      RecordFile visible,
      RecordSorter linkTargets,
      RecordFile objects,
      long contentBytes,
      List<String> skippedSockets) {
    this.prefix = prefix;
    this.provenance = List.copyOf(provenance);
    this.visible = visible;
    this.linkTargets = linkTargets;
    this.objects = objects;
    this.contentBytes = contentBytes;
    this.skippedSockets = List.copyOf(skippedSockets);
  }

  /** The directory in the image that everything lies in, such as {@code cvmfs}. */
  public ByteString prefix() {
    return prefix;
  }

  /** How many {@code .data} files there are. */
  public long objectCount() {
    return objects.count();
  }

  /** Bytes of plain content of all {@code .data} files. */
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

  /** The {@code .data} files in the order of their names. */
  public Cursor<PlannedObject> objects() throws IOException {
    RecordFile.Reader reader = objects.read();
    return new Cursor<>() {
      @Override
      public boolean hasNext() {
        return reader.hasNext();
      }

      @Override
      public PlannedObject next() {
        return SliceCodec.parse(reader.next(), 0, SliceCodec::readObject);
      }

      @Override
      public void close() {
        reader.close();
      }
    };
  }

  /** {@code .provenance} and the visible trees, sorted by path. */
  public Cursor<TreeItem> tree() throws IOException {
    return new TreeCursor(provenance.iterator(), visible.read(), linkTargets.sorted());
  }

  /** The visible trees alone. */
  Cursor<TreeItem> visible() throws IOException {
    return new TreeCursor(Collections.emptyIterator(), visible.read(), linkTargets.sorted());
  }

  /** The entries of the visible trees as records, in which links lead nowhere yet. */
  RecordFile.Reader visibleRecords() throws IOException {
    return visible.read();
  }

  private static final class TreeCursor implements Cursor<TreeItem> {
    private final Iterator<TreeItem> provenance;
    private final RecordFile.Reader visible;
    private final RecordSorter.Sorted linkTargets;

    private TreeCursor(
        Iterator<TreeItem> provenance, RecordFile.Reader visible, RecordSorter.Sorted linkTargets) {
      this.provenance = provenance;
      this.visible = visible;
      this.linkTargets = linkTargets;
    }

    @Override
    public boolean hasNext() {
      return provenance.hasNext() || visible.hasNext();
    }

    @Override
    public TreeItem next() {
      if (provenance.hasNext()) {
        return provenance.next();
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
