package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.KeyedRecord;
import dev.cvmfs.injector.slice.SliceCodec;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import java.io.IOException;
import java.util.Iterator;

/**
 * Puts the headers of an archive into the order of their names; of those with the same name, what
 * came first is first.
 */
final class HeaderSorter {
  private static final long SORT_MEMORY = 24L << 20;

  private final RecordSorter records;
  private long count;
  private long bytes;

  /**
   * @param work for what does not fit into memory
   */
  HeaderSorter(WorkDirectory work) {
    this.records = new RecordSorter(work, SORT_MEMORY);
  }

  void add(TarEntry header) throws IOException {
    long position = count++;
    byte[] record =
        KeyedRecord.of(header.name().bytes(), position, out -> SliceCodec.writeEntry(out, header));
    records.add(record);
    bytes += record.length;
  }

  /** How many bytes the headers take up here. */
  long bytes() {
    return bytes;
  }

  /** All of them; none may be added any more. */
  Sorted sorted() throws IOException {
    return new Sorted(records.sorted());
  }

  /** Headers in their order. */
  static final class Sorted implements Iterator<TarEntry>, AutoCloseable {
    private final RecordSorter.Sorted records;

    private Sorted(RecordSorter.Sorted records) {
      this.records = records;
    }

    @Override
    public boolean hasNext() {
      return records.hasNext();
    }

    @Override
    public TarEntry next() {
      return KeyedRecord.body(records.next(), SliceCodec::readEntry);
    }

    @Override
    public void close() {
      records.close();
    }
  }
}
