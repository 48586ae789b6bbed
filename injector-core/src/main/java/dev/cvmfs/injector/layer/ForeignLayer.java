package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
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
  private static final long MOST_ENTRIES = 50_000_000;
  private static final int MOST_TURNED_LINKS = 1_000_000;

  private static final int LONGEST_PROVENANCE = 1 << 20;
  private static final int MOST_PROVENANCE = 100;

  private final RecordSorter sorter;
  private final Map<ByteString, ByteString> turned;
  private final Map<String, byte[]> provenance;

  private ForeignLayer(
      RecordSorter sorter, Map<ByteString, ByteString> turned, Map<String, byte[]> provenance) {
    this.sorter = sorter;
    this.turned = turned;
    this.provenance = provenance;
  }

  /**
   * Reads a layer.
   *
   * @param blob a tar archive: gzip, zstd or plain
   * @param size bytes of the blob
   * @param mediaType what the manifest calls it
   * @param prefix the directory of CVMFS in the image, such as {@code cvmfs}
   * @throws LayerFormatException if it is none of these, or makes no sense
   * @throws TarFormatException if the archive is damaged
   */
  public static ForeignLayer read(
      InputStream blob, long size, String mediaType, ByteString prefix, WorkDirectory work)
      throws IOException {
    RecordSorter sorter = new RecordSorter(work, SORT_MEMORY);
    Map<ByteString, ByteString> turned = new HashMap<>();
    String visible = prefix + "/";
    String hidden = prefix + "/.";
    ByteString store = ByteString.of(prefix + "/.data/");
    String origins = prefix + "/.provenance/";
    Map<String, byte[]> provenance = new HashMap<>();
    TarReader reader = new TarReader(UnpackedInput.of(blob, size, mediaType, work));
    long count = 0;
    for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      if (++count > MOST_ENTRIES) {
        throw new LayerFormatException("the layer has more than %d entries".formatted(count - 1));
      }
      TarEntry found = entry.get();
      String name = found.name().toString();
      if (name.startsWith(store.toString())) {
        note(found, store, turned);
      } else if (name.startsWith(origins)) {
        if (found.size() <= LONGEST_PROVENANCE && provenance.size() < MOST_PROVENANCE) {
          provenance.put(name.substring(origins.length()), reader.readContent(LONGEST_PROVENANCE));
        }
      } else if (name.startsWith(visible) && !name.startsWith(hidden) && isProper(found.name())) {
        sorter.add(record(found, count));
      }
    }
    return new ForeignLayer(sorter, turned, provenance);
  }

  /** Some archives have the content under a visible name, and the store links to that. */
  private static void note(TarEntry entry, ByteString store, Map<ByteString, ByteString> turned) {
    if (entry.type() == TarEntry.Type.HARD_LINK
        && !entry.linkTarget().toString().startsWith(store.toString())
        && turned.size() < MOST_TURNED_LINKS) {
      turned.put(entry.linkTarget(), entry.name());
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

  /**
   * The path so that records sort as trees do, two zero bytes, the entry's position so that the
   * last one of a name comes last, and the entry.
   */
  private static byte[] record(TarEntry entry, long position) {
    byte[] name = entry.name().bytes();
    for (int i = 0; i < name.length; i++) {
      if (name[i] == '/') {
        name[i] = 0;
      }
    }
    return SliceCodec.record(
        out -> {
          out.write(name);
          out.writeShort(0);
          out.writeLong(position);
          SliceCodec.writeEntry(out, entry);
        });
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
        byte[] record = records.next();
        int end = 0;
        while (record[end] != 0 || record[end + 1] != 0) {
          end++;
        }
        return Optional.of(SliceCodec.parse(record, end + 2 + Long.BYTES, SliceCodec::readEntry));
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
