package dev.cvmfs.injector.spool;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * A temporary file of byte records, written once from front to back and read any number of times.
 */
public final class RecordFile {
  private static final int BUFFER = 1 << 16;

  private final Path path;
  private final long count;

  private RecordFile(Path path, long count) {
    this.path = path;
    this.count = count;
  }

  public static Writer create(Path path) throws IOException {
    return new Writer(path);
  }

  /** How many records there are. */
  public long count() {
    return count;
  }

  /** The records in the order they were written. */
  public Reader read() throws IOException {
    return new Reader(path, count);
  }

  /** Removes the file; who reads it already may go on. */
  void delete() throws IOException {
    Files.delete(path);
  }

  /** Takes the records; {@link #finish} makes them readable. */
  public static final class Writer implements AutoCloseable {
    private final Path path;
    private final DataOutputStream out;
    private long count;

    private Writer(Path path) throws IOException {
      this.path = path;
      this.out =
          new DataOutputStream(
              new BufferedOutputStream(
                  Files.newOutputStream(path, StandardOpenOption.CREATE_NEW), BUFFER));
    }

    public void add(byte[] record) throws IOException {
      out.writeInt(record.length);
      out.write(record);
      count++;
    }

    public RecordFile finish() throws IOException {
      out.close();
      return new RecordFile(path, count);
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Goes through the records once. */
  public static final class Reader implements Iterator<byte[]>, AutoCloseable {
    private final Path path;
    private final DataInputStream in;
    private long left;

    private Reader(Path path, long count) throws IOException {
      this.path = path;
      this.left = count;
      this.in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), BUFFER));
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public byte[] next() {
      if (left == 0) {
        throw new NoSuchElementException();
      }
      try {
        byte[] record = new byte[in.readInt()];
        in.readFully(record);
        left--;
        return record;
      } catch (EOFException e) {
        throw new UncheckedIOException("a temporary file was cut: " + path, e);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the temporary file " + path, e);
      }
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close the temporary file " + path, e);
      }
    }
  }
}
