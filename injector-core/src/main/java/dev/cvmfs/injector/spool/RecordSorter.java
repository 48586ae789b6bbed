package dev.cvmfs.injector.spool;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;

/**
 * Sorts any number of byte records in bounded memory: full buffers are sorted and written out as
 * runs, which are merged while the result is read; if there are very many, some of them are merged
 * into longer ones before. The order is bytewise, unsigned; records that are equal up to the length
 * of the shorter come shorter first.
 */
public final class RecordSorter {
  private static final int RECORD_OVERHEAD = 40;

  /** Each run that is merged takes an open file, a buffer and a record of memory. */
  private static final int MOST_MERGED = 64;

  private final WorkDirectory directory;
  private final long memoryLimit;
  private final List<byte[]> buffer = new ArrayList<>();
  private final List<RecordFile> runs = new ArrayList<>();
  private long buffered;

  /**
   * @param memoryLimit bytes of records to hold before a run is written out
   */
  public RecordSorter(WorkDirectory directory, long memoryLimit) {
    this.directory = directory;
    this.memoryLimit = memoryLimit;
  }

  public void add(byte[] record) throws IOException {
    buffer.add(record);
    buffered += record.length + RECORD_OVERHEAD;
    if (buffered >= memoryLimit) {
      writeRun();
    }
  }

  private void writeRun() throws IOException {
    buffer.sort(Arrays::compareUnsigned);
    runs.add(writeRun(buffer.iterator()));
    buffer.clear();
    buffered = 0;
  }

  private RecordFile writeRun(Iterator<byte[]> records) throws IOException {
    try (RecordFile.Writer writer = RecordFile.create(directory.newFile("run"))) {
      while (records.hasNext()) {
        writer.add(records.next());
      }
      return writer.finish();
    }
  }

  /** The shortest are in front: those that no merge has made longer. */
  private void mergeFirst(int count) throws IOException {
    List<RecordFile> first = List.copyOf(runs.subList(0, count));
    runs.subList(0, count).clear();
    try (Sorted merged = new Sorted(Collections.emptyIterator(), first)) {
      runs.add(writeRun(merged));
    }
    for (RecordFile run : first) {
      run.delete();
    }
  }

  /** The records in order; nothing may be added any more. */
  public Sorted sorted() throws IOException {
    if (!runs.isEmpty() && !buffer.isEmpty()) {
      writeRun();
    }
    while (runs.size() > MOST_MERGED) {
      mergeFirst(Math.min(MOST_MERGED, runs.size() - MOST_MERGED + 1));
    }
    buffer.sort(Arrays::compareUnsigned);
    return new Sorted(buffer.iterator(), runs);
  }

  /**
   * The records in order, in a file that several may read at a time; the sorter has none of them
   * any more.
   */
  public RecordFile toFile() throws IOException {
    try (Sorted sorted = sorted()) {
      RecordFile file = writeRun(sorted);
      for (RecordFile run : runs) {
        run.delete();
      }
      runs.clear();
      buffer.clear();
      return file;
    }
  }

  /** The merge of the runs, or the buffer alone where it sufficed. */
  public static final class Sorted implements Iterator<byte[]>, AutoCloseable {
    private final List<RecordFile.Reader> readers = new ArrayList<>();
    private final PriorityQueue<Head> heads = new PriorityQueue<>();

    private Sorted(Iterator<byte[]> buffer, List<RecordFile> runs) throws IOException {
      push(buffer);
      for (RecordFile run : runs) {
        RecordFile.Reader reader = run.read();
        readers.add(reader);
        push(reader);
      }
    }

    private void push(Iterator<byte[]> rest) {
      if (rest.hasNext()) {
        heads.add(new Head(rest.next(), rest));
      }
    }

    @Override
    public boolean hasNext() {
      return !heads.isEmpty();
    }

    @Override
    public byte[] next() {
      Head head = heads.poll();
      if (head == null) {
        throw new NoSuchElementException();
      }
      push(head.rest);
      return head.record;
    }

    @Override
    public void close() {
      readers.forEach(RecordFile.Reader::close);
    }
  }

  /** The first unread record of a run. */
  private static final class Head implements Comparable<Head> {
    private final byte[] record;
    private final Iterator<byte[]> rest;

    private Head(byte[] record, Iterator<byte[]> rest) {
      this.record = record;
      this.rest = rest;
    }

    @Override
    public int compareTo(Head other) {
      return Arrays.compareUnsigned(record, other.record);
    }
  }
}
