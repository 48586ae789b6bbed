package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.campaign.JavaProcess;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a slice of many small files, writes it as a layer, looks for changes between the two (there
 * are none), and writes it again from the layer. Prints how many entries and {@code .data} files
 * the slice has, the layer's bytes, the seconds it took and the high-water mark of the heap in
 * megabytes.
 */
final class LayerProcess {
  private static final int CONTENTS = 500;
  private static final int FILES_IN_A_DIRECTORY = 100;

  private LayerProcess() {}

  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    long entries = Long.parseLong(arguments[1]);
    long start = System.nanoTime();
    MemoryStore store = new MemoryStore();
    List<ObjectRef> contents = new ArrayList<>();
    for (int i = 0; i < CONTENTS; i++) {
      byte[] content = ("content " + i).getBytes(StandardCharsets.US_ASCII);
      contents.add(store.add(content, HashAlgorithm.SHA1, Compression.ZLIB, 6));
    }
    try (WorkDirectory work = WorkDirectory.open(directory)) {
      SliceBuilder builder = new SliceBuilder(work, "cvmfs");
      builder.add("x.example.org", Map.of(), new ManyEntries(entries, contents));
      Slice slice = builder.finish();
      Path first = directory.resolve("first");
      WrittenLayer written = write(work, slice, store, Optional.empty(), first);
      PresentLayer present = PresentLayer.open(new FileBlob(first)).orElseThrow();
      if (!LayerChanges.between(slice, present).identical()) {
        throw new IllegalStateException("a layer differs from its own slice");
      }
      WrittenLayer again =
          write(work, slice, store.coldCopy(), Optional.of(present), directory.resolve("again"));
      if (!again.digest().equals(written.digest())) {
        throw new IllegalStateException("the layer written from the layer is another");
      }
      System.out.printf(
          "%d %d %d %.1f %d%n",
          slice.visibleCount(),
          slice.objectCount(),
          written.size(),
          (System.nanoTime() - start) / 1e9,
          JavaProcess.heapHighWater() >> 20);
    }
  }

  private static WrittenLayer write(
      WorkDirectory work,
      Slice slice,
      MemoryStore store,
      Optional<PresentLayer> present,
      Path target)
      throws IOException {
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(target), 1 << 16)) {
      return new LayerWriter(work)
          .write(slice, new ObjectSources(List.of(store), present), out, written -> {});
    }
  }

  private record FileBlob(Path file) implements BlobRanges {
    @Override
    public long size() {
      try {
        return Files.size(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public InputStream open(long offset, long length) throws IOException {
      InputStream rest = Channels.newInputStream(FileChannel.open(file).position(offset));
      return new Beginning(rest, length);
    }
  }

  /** So many bytes of a stream. */
  private static final class Beginning extends InputStream {
    private final InputStream in;
    private long left;

    private Beginning(InputStream in, long length) {
      this.in = in;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int count = in.read(buffer, from, (int) Math.min(length, left));
      left -= Math.max(count, 0);
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /**
   * Directories of a hundred files, of which some are empty, some are symbolic links, and most have
   * one of a few contents but owners of their own, so that no two share a {@code .data} file.
   */
  private static final class ManyEntries implements EntryCursor {
    private final long count;
    private final List<ObjectRef> contents;
    private long position;

    private ManyEntries(long count, List<ObjectRef> contents) {
      this.count = count;
      this.contents = contents;
    }

    @Override
    public boolean hasNext() {
      return position < count;
    }

    @Override
    public Entry next() {
      long number = position++;
      Attributes attributes =
          new Attributes(0644, number, 0, new Timestamp(1_709_294_400, 0), Xattrs.NONE);
      if (number == 0) {
        return new Entry.Directory(TreePath.ROOT, attributes);
      }
      TreePath directory = TreePath.of("/d%08d".formatted((number - 1) / FILES_IN_A_DIRECTORY));
      long inDirectory = (number - 1) % FILES_IN_A_DIRECTORY;
      if (inDirectory == 0) {
        return new Entry.Directory(directory, attributes);
      }
      TreePath path = TreePath.of(directory + "/f%02d".formatted(inDirectory));
      if (inDirectory % 10 == 0) {
        return new Entry.Symlink(path, attributes, ByteString.of("target"));
      }
      ObjectRef content = contents.get((int) (number % CONTENTS));
      boolean empty = inDirectory % 10 == 1;
      return new Entry.RegularFile(
          path,
          attributes,
          empty ? 0 : content.size(),
          content.hash(),
          empty ? List.of() : List.of(content),
          0);
    }

    @Override
    public void close() {}
  }
}
