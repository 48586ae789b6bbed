package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.KeyedRecord;
import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.SliceCodec;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.injector.tar.TarReader;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A layer that is not in our format: made by the original, or ours after another tool has
 * decompressed or compressed it again. Its headers are read from front to back, its content is
 * passed over; what remains is the visible tree, sorted.
 *
 * <p>Nothing in it is believed but that it may be what is wanted already. Names that lead out of
 * the tree are left out; of several entries with one name the last counts, as it does for those who
 * unpack.
 */
public final class ForeignLayer {
  private static final long SORT_MEMORY = 24L << 20;

  /** Of names in memory; the links beyond that are told as changes. */
  private static final long MOST_TURNED = 64L << 20;

  /** What two names in a map take besides their bytes. */
  private static final long TURNED_OVERHEAD = 150;

  /** Of temporary files, which no small blob is to fill the disk with. */
  private static final long ALWAYS_SPOOLED = 256L << 20;

  private static final long MOST_SPOOLED = 8L << 30;

  /** Headers compress well, but an entry is never less than some bytes of a blob. */
  private static final long SPOOLED_RATIO = 40;

  private final RecordSorter sorter;
  private final Map<ByteString, ByteString> turned = new HashMap<>();
  private final Map<String, byte[]> provenance = new HashMap<>();
  private final LayerLimits.Budget provenanceBudget = LayerLimits.provenance();
  private long turnedBytes;
  private long spooledBytes;

  private ForeignLayer(WorkDirectory work) {
    this.sorter = new RecordSorter(work, SORT_MEMORY);
  }

  /**
   * Reads a layer, to its last byte, so that a stream that checks the digest there has checked it
   * before anything is believed.
   *
   * @param blob a tar archive: gzip, zstd or plain; closed, unless it cannot be unpacked
   * @param size bytes of the blob
   * @param mediaType what the manifest calls it
   * @param prefix the directory of CVMFS in the image, such as {@code cvmfs}
   * @throws LayerFormatException if it is none of these, or makes no sense
   * @throws TarFormatException if the archive is damaged
   */
  public static ForeignLayer read(
      InputStream blob, long size, String mediaType, ByteString prefix, WorkDirectory work)
      throws IOException {
    long mostSpooled = Math.min(MOST_SPOOLED, Math.max(ALWAYS_SPOOLED, size * SPOOLED_RATIO));
    return read(blob, size, mediaType, prefix, work, mostSpooled);
  }

  /**
   * Reads a layer.
   *
   * @param mostSpooled bytes of records
   */
  static ForeignLayer read(
      InputStream blob,
      long size,
      String mediaType,
      ByteString prefix,
      WorkDirectory work,
      long mostSpooled)
      throws IOException {
    ForeignLayer layer = new ForeignLayer(work);
    try (InputStream unpacked = UnpackedInput.of(blob, size, mediaType, work)) {
      layer.readEntries(new TarReader(unpacked), prefix, mostSpooled);
      blob.transferTo(OutputStream.nullOutputStream());
    }
    return layer;
  }

  private void readEntries(TarReader reader, ByteString prefix, long mostSpooled)
      throws IOException {
    ByteString visible = ByteString.of(prefix + "/");
    ByteString hidden = ByteString.of(prefix + "/.");
    LayerNames names = new LayerNames(prefix);
    ByteString store = names.inData();
    ByteString origins = names.inProvenance();
    long count = 0;
    for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      if (++count > LayerLimits.MOST_ENTRIES) {
        throw new LayerFormatException("the layer has more than %d entries".formatted(count - 1));
      }
      TarEntry found = entry.get();
      ByteString name = found.name();
      if (name.startsWith(store)) {
        note(found, store);
      } else if (name.startsWith(origins)) {
        if (provenanceBudget.take(name.length(), found.size())) {
          String path = name.toString().substring(origins.length());
          provenance.put(path, reader.readContent((int) found.size()));
        }
      } else if (name.startsWith(visible) && !name.startsWith(hidden) && isProper(name)) {
        spool(record(found, count), mostSpooled);
      }
    }
  }

  private void spool(byte[] record, long most) throws IOException {
    spooledBytes += record.length;
    if (spooledBytes > most) {
      throw new LayerFormatException(
          "the layer's headers say more than %d bytes, which is out of proportion".formatted(most));
    }
    sorter.add(record);
  }

  /** Some archives have the content under a visible name, and the store links to that. */
  private void note(TarEntry entry, ByteString store) {
    if (entry.type() == TarEntry.Type.HARD_LINK && !entry.linkTarget().startsWith(store)) {
      long bytes = TURNED_OVERHEAD + entry.linkTarget().length() + entry.name().length();
      if (turnedBytes + bytes <= MOST_TURNED) {
        turnedBytes += bytes;
        turned.put(entry.linkTarget(), entry.name());
      }
    }
  }

  private static boolean isProper(ByteString name) {
    try {
      TreePath.ofRelative(name);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** By the path, with zeros for slashes, so that records sort as trees do. */
  private static byte[] record(TarEntry entry, long position) {
    byte[] name = entry.name().bytes();
    for (int i = 0; i < name.length; i++) {
      if (name[i] == '/') {
        name[i] = 0;
      }
    }
    return KeyedRecord.of(name, position, out -> SliceCodec.writeEntry(out, entry));
  }

  /**
   * A file of {@code .provenance}, by repository, if it is there and not overlong; the original has
   * none of the specification, but ours do, whatever other tools have made of them.
   */
  public SortedMap<String, byte[]> provenance(String file) {
    SortedMap<String, byte[]> files = new TreeMap<>();
    provenance.forEach(
        (path, content) -> {
          int slash = path.indexOf('/');
          if (slash > 0 && path.substring(slash + 1).equals(file)) {
            files.put(path.substring(0, slash), content);
          }
        });
    return files;
  }

  /** The visible trees, sorted by path. Files of the store are what their links lead to. */
  public Cursor<TreeItem> tree() throws IOException {
    RecordSorter.Sorted records = sorter.sorted();
    return new Cursor<>() {
      private Optional<TarEntry> ahead = read();

      private Optional<TarEntry> read() {
        if (!records.hasNext()) {
          return Optional.empty();
        }
        return Optional.of(KeyedRecord.body(records.next(), SliceCodec::readEntry));
      }

      @Override
      public boolean hasNext() {
        return ahead.isPresent();
      }

      @Override
      public TreeItem next() {
        Optional<TarEntry> entry = ahead;
        if (entry.isEmpty()) {
          throw new NoSuchElementException();
        }
        ahead = read();
        while (ahead.isPresent() && ahead.get().name().equals(entry.get().name())) {
          entry = ahead;
          ahead = read();
        }
        return TreeItem.of(linked(entry.get()));
      }

      @Override
      public void close() {
        records.close();
      }
    };
  }

  /** A visible file as the link into the store that it would be in a layer of ours. */
  private TarEntry linked(TarEntry entry) {
    boolean link = entry.type() == TarEntry.Type.HARD_LINK;
    if (!link && entry.type() != TarEntry.Type.FILE) {
      return entry;
    }
    ByteString inode = link ? entry.linkTarget() : entry.name();
    ByteString target = turned.get(inode);
    return target == null ? entry : TarEntry.hardLink(entry.name(), entry.attributes(), target);
  }
}
