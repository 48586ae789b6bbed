package dev.cvmfs.shrinkwrap.cvmfs.content;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The plain content of a regular file: its objects one after the other, inflated, each exactly as
 * long as the catalog says.
 */
public final class FileContent extends InputStream {
  /** Chunks fetched ahead of time: enough that long files do not wait for each answer. */
  private static final int AHEAD = 4;

  private final ObjectStore store;
  private final Entry.RegularFile file;
  private final Queue<ObjectRef> remaining;
  private InputStream current = InputStream.nullInputStream();
  private long missing;
  private boolean closed;

  private FileContent(ObjectStore store, Entry.RegularFile file) {
    this.store = store;
    this.file = file;
    this.remaining = new ArrayDeque<>(file.objects());
  }

  /**
   * Opens a file. Objects are fetched while it is read; reading throws {@link CvmfsFailure} if that
   * fails or if they are not what they should be.
   */
  public static InputStream open(ObjectStore store, Entry.RegularFile file) {
    return new FileContent(store, file);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (closed) {
      throw new IOException("closed: content of " + file.path());
    }
    if (length == 0) {
      return 0;
    }
    while (true) {
      int count = current.read(bytes, offset, length);
      if (count >= 0) {
        missing -= count;
        if (missing < 0) {
          throw wrongSize("more");
        }
        return count;
      }
      if (missing > 0) {
        throw wrongSize("less");
      }
      current.close();
      ObjectRef next = remaining.poll();
      if (next == null) {
        current = InputStream.nullInputStream();
        return -1;
      }
      remaining.stream().limit(AHEAD).forEach(store::prefetch);
      current = open(next);
      missing = next.size();
    }
  }

  private InputStream open(ObjectRef object) throws IOException {
    InputStream stored = store.open(object);
    String what = "object %s of %s".formatted(object.hash(), file.path());
    return object.compression() == Compression.ZLIB
        ? new ZlibStream(stored, what, object.size())
        : stored;
  }

  private CvmfsFailure wrongSize(String comparison) {
    return new CvmfsFailure.Data(
        "an object of %s holds %s bytes than the catalog says".formatted(file.path(), comparison));
  }

  @Override
  public void close() throws IOException {
    closed = true;
    current.close();
  }
}
