package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.shrinkwrap.campaign.Campaign;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.data.MetaHash;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry may hand out as a layer of ours, spoilt in many ways. */
class LayerCampaignTest {
  private static final long CONTENT_END = 1L << 40;
  private static final Attributes ATTRIBUTES =
      new Attributes(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

  @TempDir Path directory;

  @Test
  void indexes_spoilt_areReadOrRefused() {
    Campaign.run(
        "index",
        List.of(index()),
        LayerFormatException.class,
        input -> {
          IndexDecoder decoder = new IndexDecoder(new ByteArrayInputStream(input), CONTENT_END);
          while (decoder.next().isPresent()) {
            // Reading is all.
          }
        });
  }

  @Test
  void footers_spoilt_areReadOrNoFooters() {
    byte[] footer = new LayerFooter(100, 200, 300).encode();
    Campaign.run(
        "footer",
        List.of(footer),
        LayerFormatException.class,
        input -> LayerFooter.decode(input, 1000));
  }

  @Test
  void layers_spoilt_areReadOrRefused() throws IOException {
    Campaign.run(
        "layer",
        Effort.of(10_000, 1_000_000),
        List.of(layer()),
        List.of(LayerFormatException.class, TarFormatException.class),
        input -> {
          Optional<PresentLayer> present = PresentLayer.open(ranges(input));
          if (present.isPresent()) {
            readAll(present.get().index());
            readAll(present.get().tree());
          }
        });
  }

  @Test
  void layers_whoseFooterIsWhole_areReadOrRefused() throws IOException {
    byte[] layer = layer();
    byte[] footer = new byte[LayerFooter.SIZE];
    System.arraycopy(layer, layer.length - footer.length, footer, 0, footer.length);
    Campaign.run(
        "layer with a footer",
        Effort.of(10_000, 1_000_000),
        List.of(layer),
        List.of(LayerFormatException.class, TarFormatException.class),
        input -> {
          if (input.length >= footer.length) {
            System.arraycopy(footer, 0, input, input.length - footer.length, footer.length);
          }
          Optional<PresentLayer> present = PresentLayer.open(ranges(input));
          if (present.isPresent()) {
            readAll(present.get().index());
            readAll(present.get().tree());
          }
        });
  }

  private static <T> void readAll(Cursor<T> cursor) {
    try (cursor) {
      cursor.forEachRemaining(item -> {});
    }
  }

  private static byte[] index() {
    IndexEncoder encoder = new IndexEncoder();
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    index.writeBytes(IndexEncoder.MAGIC);
    List<StoredMember> one = List.of(new StoredMember(40, 50, 7, StoredMember.USUAL_ZLIB_HEADER));
    List<StoredMember> two =
        List.of(
            new StoredMember(100, 1 << 20, -7, StoredMember.UNCOMPRESSED),
            new StoredMember(300, 1L << 33, 0, 0x7801));
    index.writeBytes(encoder.encode(new IndexRecord(name("00", ""), 17, one)));
    index.writeBytes(encoder.encode(new IndexRecord(name("00", "~17"), 200, one)));
    index.writeBytes(encoder.encode(new IndexRecord(name("0a", ""), 300, two)));
    index.writeBytes(encoder.encode(new IndexRecord(name("ff", "+1"), 1000, two)));
    return index.toByteArray();
  }

  private static DataName name(String byteOfHash, String suffix) {
    return new DataName(
        ContentHash.parse(byteOfHash.repeat(20) + "-rmd160"), MetaHash.of(ATTRIBUTES), suffix);
  }

  /** With a few files, a long name, which takes an extended header, and something in the store. */
  private byte[] layer() throws IOException {
    MemoryStore store = new MemoryStore();
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry.Directory(TreePath.ROOT, ATTRIBUTES));
    for (String name : List.of("/a", "/b", "/c" + "x".repeat(150))) {
      byte[] content = name.repeat(20).getBytes(StandardCharsets.US_ASCII);
      ObjectRef object = store.add(content, HashAlgorithm.SHA1, Compression.ZLIB, 6);
      entries.add(
          new Entry.RegularFile(
              TreePath.of(name), ATTRIBUTES, content.length, object.hash(), List.of(object), 0));
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (WorkDirectory work = WorkDirectory.open(directory)) {
      SliceBuilder builder = new SliceBuilder(work, "cvmfs");
      byte[] specification = "/*\n".getBytes(StandardCharsets.US_ASCII);
      builder.add("x.example.org", Map.of("x.spec", specification), cursor(entries));
      Slice slice = builder.finish();
      new LayerWriter(work)
          .write(slice, new ObjectSources(List.of(store), Optional.empty()), bytes, written -> {});
    }
    return bytes.toByteArray();
  }

  private static EntryCursor cursor(List<Entry> entries) {
    Iterator<Entry> iterator = entries.iterator();
    return new EntryCursor() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public Entry next() {
        return iterator.next();
      }

      @Override
      public void close() {}
    };
  }

  private static BlobRanges ranges(byte[] blob) {
    return new BlobRanges() {
      @Override
      public long size() {
        return blob.length;
      }

      @Override
      public InputStream open(long offset, long length) {
        return new ByteArrayInputStream(blob, (int) offset, (int) length);
      }
    };
  }
}
