package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.injector.tar.TarReader;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A layer in the format of {@link LayerWriter}, of which only the end is read: footer, index and
 * tree. What it says is a claim until it is compared with signed catalogs; damage shows as {@link
 * LayerFormatException} or {@link TarFormatException}.
 */
public final class PresentLayer {
  private static final int TAIL = 1 << 18;
  private static final long MOST_CONTENT =
      LayerLimits.LARGEST_PROVENANCE + LayerLimits.LARGEST_LISTS;

  private final BlobRanges blob;
  private final LayerFooter footer;
  private final byte[] tail;

  private PresentLayer(BlobRanges blob, LayerFooter footer, byte[] tail) {
    this.blob = blob;
    this.footer = footer;
    this.tail = tail;
  }

  /** Looks for the footer; empty if the blob was not written by this program. */
  public static Optional<PresentLayer> open(BlobRanges blob) throws IOException {
    return open(blob, true);
  }

  /** In an eStargz our footer comes before its table of contents. */
  private static Optional<PresentLayer> open(BlobRanges blob, boolean mayBeStargz)
      throws IOException {
    int length = (int) Math.min(blob.size(), TAIL);
    if (length < LayerFooter.SIZE) {
      return Optional.empty();
    }
    byte[] tail = new byte[length];
    try (InputStream in = blob.open(blob.size() - length, length)) {
      int count = in.readNBytes(tail, 0, length);
      if (count < length) {
        throw new LayerFormatException("the layer's last bytes are missing");
      }
    }
    Optional<Long> toc = StargzFooter.decode(tail, blob.size());
    if (toc.isPresent() && mayBeStargz) {
      return open(new BlobBeginning(blob, toc.get()), false);
    }
    return LayerFooter.decode(tail, blob.size()).map(f -> new PresentLayer(blob, f, tail));
  }

  /** All of a blob before some place. */
  private record BlobBeginning(BlobRanges whole, long size) implements BlobRanges {
    @Override
    public InputStream open(long offset, long length) throws IOException {
      return whole.open(offset, length);
    }
  }

  /**
   * The lists of garbage, {@code .provenance} and the visible trees. Only the files of the first
   * two have content here, and not much.
   */
  public Cursor<TreeItem> tree() throws IOException {
    InputStream plain = plain(footer.treeStart(), footer.indexStart());
    TarReader reader = new TarReader(plain);
    return new LookAhead<>(plain) {
      private Optional<LayerNames> names = Optional.empty();
      private long contentLeft = MOST_CONTENT;
      private long count;

      @Override
      Optional<TreeItem> read() throws IOException {
        Optional<TarEntry> next = reader.next();
        if (next.isEmpty()) {
          return Optional.empty();
        }
        TarEntry entry = next.get();
        if (names.isEmpty()) {
          names = Optional.of(namesFrom(entry.name()));
        }
        if (entry.name().equals(names.get().index())) {
          return Optional.empty();
        }
        if (++count > LayerLimits.MOST_ENTRIES) {
          throw new LayerFormatException("the layer has more than %d entries".formatted(count - 1));
        }
        if (entry.size() > 0 && !names.get().mayHaveContent(entry.name())) {
          throw new LayerFormatException(
              "the layer has content in its tree, at %s".formatted(entry.name()));
        }
        contentLeft -= entry.size();
        if (contentLeft < 0) {
          throw new LayerFormatException(
              "the layer has more than %d bytes of content in its tree".formatted(MOST_CONTENT));
        }
        return Optional.of(
            new TreeItem(entry, ByteString.of(reader.readContent((int) MOST_CONTENT))));
      }
    };
  }

  /** The tree begins with {@code <prefix>/.provenance} or {@code <prefix>/.data/.garbage}. */
  private static LayerNames namesFrom(ByteString first) {
    byte[] name = first.bytes();
    int slash = 0;
    while (slash + 1 < name.length && !(name[slash] == '/' && name[slash + 1] == '.')) {
      slash++;
    }
    LayerNames names = new LayerNames(ByteString.of(Arrays.copyOf(name, slash)));
    if (!first.equals(names.provenance()) && !first.equals(names.garbage())) {
      throw new LayerFormatException("the layer's tree begins with %s".formatted(first));
    }
    return names;
  }

  /** The index, in the order of the names. */
  Cursor<IndexRecord> index() throws IOException {
    InputStream plain = plain(footer.indexStart(), footer.indexEnd());
    IndexDecoder decoder = decoder(plain);
    return new LookAhead<>(plain) {
      @Override
      Optional<IndexRecord> read() throws IOException {
        return decoder.next();
      }
    };
  }

  private IndexDecoder decoder(InputStream plain) throws IOException {
    try {
      return new IndexDecoder(plain, footer.treeStart(), footer.singleMember());
    } catch (RuntimeException e) {
      plain.close();
      throw e;
    }
  }

  /** Raw bytes of the blob. */
  InputStream open(long offset, long length) throws IOException {
    long tailStart = blob.size() - tail.length;
    if (offset >= tailStart) {
      return new ByteArrayInputStream(tail, (int) (offset - tailStart), (int) length);
    }
    return blob.open(offset, length);
  }

  /** The gzip member with an object, whether it is in the blob as such or as a part of one. */
  InputStream openMember(long offset, StoredMember member) throws IOException {
    return member.open(open(offset, member.length()));
  }

  private InputStream plain(long from, long to) throws IOException {
    InputStream raw = open(from, to - from);
    try {
      return footer.singleMember()
          ? UnpackedInput.ofParts(raw, to - from)
          : UnpackedInput.ofMembers(raw, to - from);
    } catch (RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  /** An iterator that has to try before it knows whether there is more. */
  private abstract static class LookAhead<T> implements Cursor<T> {
    private final InputStream in;
    private Optional<T> head = Optional.empty();
    private boolean read;

    private LookAhead(InputStream in) {
      this.in = in;
    }

    abstract Optional<T> read() throws IOException;

    @Override
    public boolean hasNext() {
      if (!read) {
        try {
          head = read();
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        read = true;
      }
      return head.isPresent();
    }

    @Override
    public T next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      read = false;
      return head.orElseThrow();
    }

    @Override
    public void close() {
      try {
        in.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
