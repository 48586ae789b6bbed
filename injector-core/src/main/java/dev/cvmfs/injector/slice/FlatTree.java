package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The visible trees of a slice without a store: what is one file there is the first visible file
 * that is linked to it, with the content, and the others are links to that one. So each link comes
 * after what it leads to, as archives want it.
 *
 * <p>Like the slice, it is kept in temporary files. The links are sorted by what they lead to,
 * which is the order of the store; the first of each becomes the file; then they are sorted back.
 */
public final class FlatTree implements PlannedObjects {
  private static final long SORT_MEMORY = 24L << 20;
  private static final int FILE = 0;
  private static final int LINK = 1;

  private final Slice slice;
  private final RecordFile links;

  private FlatTree(Slice slice, RecordFile links) {
    this.slice = slice;
    this.links = links;
  }

  /**
   * Makes the tree of a slice.
   *
   * @param work for the temporary files
   */
  public static FlatTree of(Slice slice, WorkDirectory work) throws IOException {
    RecordSorter byPosition = new RecordSorter(work, SORT_MEMORY);
    try (RecordSorter.Sorted sorted = byTarget(slice, work).sorted();
        Cursor<PlannedObject> objects = slice.objects()) {
      ByteString target = ByteString.of("");
      ByteString first = ByteString.of("");
      while (sorted.hasNext()) {
        byte[] link = sorted.next();
        long position = KeyedRecord.position(link);
        ByteString wanted = ByteString.of(KeyedRecord.key(link));
        if (wanted.equals(target)) {
          ByteString file = first;
          byPosition.add(
              SliceCodec.record(
                  out -> {
                    out.writeLong(position);
                    out.writeByte(LINK);
                    out.write(file.bytes());
                  }));
        } else {
          target = wanted;
          first = ByteString.of(KeyedRecord.body(link));
          PlannedObject object = objects.next();
          if (!target.toString().endsWith(object.name().path())) {
            throw new IllegalStateException(
                "links and objects out of step at %s and %s".formatted(target, object.name()));
          }
          byPosition.add(
              SliceCodec.record(
                  out -> {
                    out.writeLong(position);
                    out.writeByte(FILE);
                    SliceCodec.writeObject(out, object);
                  }));
        }
      }
    }
    return new FlatTree(slice, byPosition.toFile());
  }

  /** The links by what they lead to, and of those with the same, in the order of the tree. */
  private static RecordSorter byTarget(Slice slice, WorkDirectory work) throws IOException {
    RecordSorter byTarget = new RecordSorter(work, SORT_MEMORY);
    try (Cursor<TreeItem> visible = slice.visible()) {
      for (long position = 0; visible.hasNext(); ) {
        TarEntry entry = visible.next().entry();
        if (entry.type() == TarEntry.Type.HARD_LINK) {
          byTarget.add(
              KeyedRecord.of(
                  entry.linkTarget().bytes(), position++, out -> out.write(entry.name().bytes())));
        }
      }
    }
    return byTarget;
  }

  /** The entries in path order. */
  public Cursor<FlatItem> items() throws IOException {
    return new Items(slice.visibleRecords(), links.read());
  }

  /** The files with content, in the order of {@link #items}. */
  @Override
  public Cursor<PlannedObject> open() throws IOException {
    return new Objects(links.read());
  }

  private static final class Items implements Cursor<FlatItem> {
    private final RecordFile.Reader visible;
    private final RecordFile.Reader links;

    private Items(RecordFile.Reader visible, RecordFile.Reader links) {
      this.visible = visible;
      this.links = links;
    }

    @Override
    public boolean hasNext() {
      return visible.hasNext();
    }

    @Override
    public FlatItem next() {
      TarEntry entry = SliceCodec.parse(visible.next(), 0, SliceCodec::readEntry);
      if (entry.type() != TarEntry.Type.HARD_LINK) {
        return new FlatItem(entry, Optional.empty());
      }
      byte[] record = links.next();
      if (record[Long.BYTES] == LINK) {
        ByteString file = ByteString.of(Arrays.copyOfRange(record, Long.BYTES + 1, record.length));
        TarEntry link = TarEntry.hardLink(entry.name(), entry.attributes(), file);
        return new FlatItem(link, Optional.empty());
      }
      PlannedObject object = object(record);
      TarEntry file = TarEntry.file(entry.name(), entry.attributes(), object.size());
      return new FlatItem(file, Optional.of(object));
    }

    @Override
    public void close() {
      visible.close();
      links.close();
    }
  }

  private static PlannedObject object(byte[] record) {
    return SliceCodec.parse(record, Long.BYTES + 1, SliceCodec::readObject);
  }

  private static final class Objects implements Cursor<PlannedObject> {
    private final RecordFile.Reader links;
    private Optional<PlannedObject> head;

    private Objects(RecordFile.Reader links) {
      this.links = links;
      this.head = following();
    }

    private Optional<PlannedObject> following() {
      while (links.hasNext()) {
        byte[] record = links.next();
        if (record[Long.BYTES] == FILE) {
          return Optional.of(object(record));
        }
      }
      return Optional.empty();
    }

    @Override
    public boolean hasNext() {
      return head.isPresent();
    }

    @Override
    public PlannedObject next() {
      PlannedObject next = head.orElseThrow(NoSuchElementException::new);
      head = following();
      return next;
    }

    @Override
    public void close() {
      links.close();
    }
  }
}
