package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.elf.ElfContent;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;

/**
 * Parts of a file's content, of which only the objects are fetched that hold them. An object can
 * only be read from its beginning, so the beginning of the file is kept, and a later part of an
 * object that is open already is read on from there.
 */
final class FileParts implements ElfContent, Closeable {
  private static final int KEPT = 1 << 14;

  private final ObjectStore store;
  private final Entry.RegularFile file;
  private byte[] beginning = new byte[0];
  private InputStream open = InputStream.nullInputStream();
  private int openObject = -1;
  private long position;

  FileParts(ObjectStore store, Entry.RegularFile file) {
    this.store = store;
    this.file = file;
  }

  @Override
  public long size() {
    return file.size();
  }

  @Override
  public byte[] read(long offset, int length) throws IOException {
    if (beginning.length == 0) {
      beginning = readObjects(0, (int) Math.min(KEPT, file.size()));
    }
    return offset + length <= beginning.length
        ? Arrays.copyOfRange(beginning, (int) offset, (int) offset + length)
        : readObjects(offset, length);
  }

  private byte[] readObjects(long offset, int length) throws IOException {
    byte[] part = new byte[length];
    int filled = 0;
    long start = 0;
    List<ObjectRef> objects = file.objects();
    for (int i = 0; i < objects.size() && filled < length; i++) {
      long end = start + objects.get(i).size();
      long wanted = offset + filled;
      if (wanted < end) {
        int count = (int) Math.min(length - filled, end - wanted);
        seek(i, wanted - start);
        if (open.readNBytes(part, filled, count) < count) {
          throw new EOFException(file.path() + " ends too early");
        }
        position += count;
        filled += count;
      }
      start = end;
    }
    return part;
  }

  private void seek(int object, long offset) throws IOException {
    if (object != openObject || position > offset) {
      open.close();
      // As a file of its own, so that its neighbours are not fetched as well.
      ObjectRef only = file.objects().get(object);
      open =
          FileContent.open(
              store,
              new Entry.RegularFile(
                  file.path(), file.attributes(), only.size(), only.hash(), List.of(only), 0));
      openObject = object;
      position = 0;
    }
    open.skipNBytes(offset - position);
    position = offset;
  }

  @Override
  public void close() throws IOException {
    open.close();
  }
}
