package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.RawTar;
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
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a registry may hand out as a layer of ours, spoilt in many ways. */
class LayerCampaignTest {
  private static final long CONTENT_END = 1L << 40;
  private static final long MOST_ALLOCATED = 512L << 20;
  private static final long MOST_ALLOCATED_BY_INDEX = 32L << 20;
  private static final String GARBAGE = "cvmfs/.data/.garbage";
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
          IndexDecoder decoder =
              new IndexDecoder(new ByteArrayInputStream(input), CONTENT_END, false);
          while (decoder.next().isPresent()) {
            // Reading is all.
          }
        });
  }

  /** Whoever adds such sizes up must not find a negative sum. */
  @Test
  void index_withASizeThatNothingUnpacksTo_isRefused() throws IOException {
    for (long size : new long[] {44_001, Long.MAX_VALUE}) {
      ByteArrayOutputStream index = new ByteArrayOutputStream();
      index.writeBytes(IndexEncoder.MAGIC);
      StoredMember member = new StoredMember(40, size, 7, StoredMember.USUAL_ZLIB_HEADER);
      index.writeBytes(
          new IndexEncoder().encode(new IndexRecord(name("00", ""), 17, List.of(member))));
      IndexDecoder decoder =
          new IndexDecoder(new ByteArrayInputStream(index.toByteArray()), CONTENT_END, false);

      assertThatThrownBy(decoder::next)
          .isInstanceOf(LayerFormatException.class)
          .hasMessageContaining("out of range");
    }
  }

  @Test
  void indexesOfSingleMembers_spoilt_areReadOrRefused() {
    Campaign.run(
        "index of a single member",
        List.of(indexOfASingleMember()),
        LayerFormatException.class,
        input -> {
          IndexDecoder decoder =
              new IndexDecoder(new ByteArrayInputStream(input), CONTENT_END, true);
          while (decoder.next().isPresent()) {
            // Reading is all.
          }
        });
  }

  @Test
  void index_withMoreMembersThanAFileHas_isRefused() throws IOException {
    assertThatThrownBy(() -> readIndex(claim(LayerLimits.MOST_CHUNKS + 1)))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("a number out of range");
    assertThatThrownBy(() -> readIndex(claim(0)))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("a file without content");
    assertThatThrownBy(() -> readIndex(claim(LayerLimits.MOST_CHUNKS)))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("an end inside a record");
  }

  /** Records of as many members as they say, which is far too many, or nearly. */
  @Test
  void indexes_madeToCostMuch_areReadOrRefused() {
    Campaign.run(
        "hostile index",
        Effort.of(60, 5_000),
        number -> {
          int members = 1 << (14 + (int) (number % 8));
          ByteArrayOutputStream index = new ByteArrayOutputStream();
          index.writeBytes(claim(members - (int) (number % 3)));
          byte[] member = {19, 1, 0, 0, 0, 0, IndexEncoder.USUAL};
          for (int i = 0; i < members; i++) {
            index.writeBytes(member);
          }
          return index.toByteArray();
        },
        MOST_ALLOCATED_BY_INDEX,
        List.of(LayerFormatException.class),
        LayerCampaignTest::readIndex);
  }

  /** The index up to the number of members of its first file. */
  private static byte[] claim(int members) {
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    index.writeBytes(IndexEncoder.MAGIC);
    index.writeBytes(new byte[] {IndexEncoder.SAME_META, ContentHash.BYTES, 0});
    for (int rest = members; ; rest >>>= 7) {
      index.write(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
      if (rest <= 0x7f) {
        return index.toByteArray();
      }
    }
  }

  private static void readIndex(byte[] index) throws IOException {
    IndexDecoder decoder = new IndexDecoder(new ByteArrayInputStream(index), CONTENT_END, false);
    while (decoder.next().isPresent()) {
      // Reading is all.
    }
  }

  @Test
  void gzipHeaders_withEndlessNames_areRefused() throws IOException {
    byte[] name = new byte[2 << 20];
    Arrays.fill(name, (byte) 'n');
    byte[] member = HostileLayers.gzip(new RawTar().header('5', GARBAGE, "", 0).toBytes());
    for (int flag : new int[] {8, 16}) {
      byte[] header = {0x1f, (byte) 0x8b, 8, (byte) flag, 0, 0, 0, 0, 0, 0};
      byte[] tree = concatenated(member, concatenated(header, name));
      byte[] blob = HostileLayers.layer(tree, HostileLayers.gzip(IndexEncoder.MAGIC));
      PresentLayer layer = PresentLayer.open(ranges(blob)).orElseThrow();
      assertThatThrownBy(() -> readAll(layer.tree()))
          .isInstanceOf(LayerFormatException.class)
          .hasMessageContaining("unpack to nothing");
    }
  }

  @Test
  void endlessMembersWithoutContent_areRefused() throws IOException {
    byte[] empty = HostileLayers.gzip(new byte[0]);
    ByteArrayOutputStream tree = new ByteArrayOutputStream();
    while (tree.size() < 2 << 20) {
      tree.writeBytes(empty);
    }
    byte[] blob = HostileLayers.layer(tree.toByteArray(), HostileLayers.gzip(IndexEncoder.MAGIC));
    PresentLayer layer = PresentLayer.open(ranges(blob)).orElseThrow();
    assertThatThrownBy(() -> readAll(layer.tree()))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("unpack to nothing");
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
        List.of(layer(LayerShape.USUAL), layer(new LayerShape(false, true, false))),
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
    for (LayerShape shape :
        List.of(
            LayerShape.USUAL,
            new LayerShape(false, true, false),
            new LayerShape(true, false, true))) {
      readOrRefuse(layer(shape));
    }
  }

  private static void readOrRefuse(byte[] layer) {
    byte[] footer = new byte[LayerFooter.SIZE];
    System.arraycopy(layer, layer.length - footer.length, footer, 0, footer.length);
    Campaign.run(
        "layer with a footer",
        Effort.of(5_000, 500_000),
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

  /** With garbage that is found, hashed where it is in chunks, and listed already. */
  @Test
  void garbage_inSpoiltLayers_isReadOrRefused() throws IOException {
    MemoryStore store = new MemoryStore();
    try (WorkDirectory work = WorkDirectory.open(directory)) {
      List<Entry> tree = entries(store);
      Slice whole = slice(work, tree);
      byte[] before = write(work, whole, store);
      SortedMap<String, Long> revisions = new TreeMap<>(Map.of("x.example.org", 7L));
      Slice less = slice(work, tree.subList(0, 2));
      Slice kept =
          less.with(
              LayerGarbage.after(PresentLayer.open(ranges(before)).orElseThrow(), less, revisions));
      assertThat(kept.garbage().objects()).hasSize(2);
      byte[] layer = write(work, kept, store);
      byte[] footer = Arrays.copyOfRange(layer, layer.length - LayerFooter.SIZE, layer.length);
      Slice none = slice(work, tree.subList(0, 1));
      Campaign.run(
          "layer with garbage",
          Effort.of(3_000, 300_000),
          List.of(layer),
          List.of(LayerFormatException.class, TarFormatException.class),
          input -> {
            if (input.length >= footer.length) {
              System.arraycopy(footer, 0, input, input.length - footer.length, footer.length);
            }
            Optional<PresentLayer> present = PresentLayer.open(ranges(input));
            if (present.isPresent()) {
              LayerGarbage.after(present.get(), none, revisions);
              LayerGarbage.amountIn(present.get());
            }
          });
    }
  }

  @Test
  void layers_madeToCostMuch_areReadOrRefused() throws IOException {
    try (WorkDirectory work = WorkDirectory.open(directory)) {
      Slice none = slice(work, entries(new MemoryStore()).subList(0, 1));
      SortedMap<String, Long> revisions = new TreeMap<>(Map.of("x.example.org", 7L));
      Campaign.run(
          "hostile layer",
          Effort.of(150, 10_000),
          HostileLayers::layer,
          MOST_ALLOCATED,
          List.of(LayerFormatException.class, TarFormatException.class),
          input -> {
            PresentLayer present = PresentLayer.open(ranges(input)).orElseThrow();
            LayerGarbage.after(present, none, revisions);
            readAll(present.tree());
          });
    }
  }

  @Test
  void content_whereLayersOfOursHaveNone_isRefused() throws IOException {
    RawTar tree =
        new RawTar()
            .header('5', "cvmfs/.provenance", "", 0)
            .add('0', "cvmfs/x.example.org/a", new byte[1]);
    assertThatThrownBy(() -> readAll(present(tree).tree()))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("content in its tree, at cvmfs/x.example.org/a");
  }

  @Test
  void tree_thatDoesNotBeginAsOursDo_isRefused() throws IOException {
    for (String first : List.of("cvmfs/a", "a/.b/.provenance", ".provenance", "cvmfs/.data/a")) {
      assertThatThrownBy(() -> readAll(present(new RawTar().header('5', first, "", 0)).tree()))
          .as(first)
          .isInstanceOf(LayerFormatException.class)
          .hasMessageContaining("begins with " + first);
    }
  }

  @Test
  void smallFiles_thatAreLarge_areRefused() throws IOException {
    byte[] folder = HostileLayers.gzip(new RawTar().header('5', GARBAGE, "", 0).toBytes());
    byte[] lists = HostileLayers.zeros(GARBAGE + "/x.example.org", 33);
    byte[] index = HostileLayers.gzip(IndexEncoder.MAGIC);
    byte[] blob = HostileLayers.layer(concatenated(folder, lists), index);
    assertThat(blob).hasSizeLessThan(50_000);
    PresentLayer layer = PresentLayer.open(ranges(blob)).orElseThrow();
    assertThatThrownBy(() -> readAll(layer.tree()))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("more than 33554432 bytes of content");
  }

  @Test
  void listsOfGarbage_longerThanAnyMayBe_areRefused() throws IOException {
    RawTar tree = new RawTar().header('5', GARBAGE, "", 0);
    byte[] list = "7 aa/bb/c\n".repeat(400_000).getBytes(StandardCharsets.US_ASCII);
    for (int i = 0; i < 5; i++) {
      tree.add('0', GARBAGE + "/r" + i + ".org", list);
    }
    assertThatThrownBy(() -> GarbageLists.of(present(tree)))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("lists of garbage are longer");
  }

  private static PresentLayer present(RawTar tree) throws IOException {
    byte[] index = HostileLayers.gzip(IndexEncoder.MAGIC);
    byte[] blob = HostileLayers.layer(HostileLayers.gzip(tree.toBytes()), index);
    return PresentLayer.open(ranges(blob)).orElseThrow();
  }

  private static byte[] concatenated(byte[] head, byte[] tail) {
    byte[] all = Arrays.copyOf(head, head.length + tail.length);
    System.arraycopy(tail, 0, all, head.length, tail.length);
    return all;
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
            new StoredMember(1000, 1 << 20, -7, StoredMember.UNCOMPRESSED),
            new StoredMember(1 << 24, 1L << 33, 0, 0x7801));
    index.writeBytes(encoder.encode(new IndexRecord(name("00", ""), 17, one)));
    index.writeBytes(encoder.encode(new IndexRecord(name("00", "~17"), 200, one)));
    index.writeBytes(encoder.encode(new IndexRecord(name("0a", ""), 300, two)));
    index.writeBytes(encoder.encode(new IndexRecord(name("ff", "+1"), 1 << 25, two)));
    return index.toByteArray();
  }

  private static byte[] indexOfASingleMember() {
    IndexEncoder encoder = new IndexEncoder();
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    index.writeBytes(IndexEncoder.magic(true));
    StoredMember member = new StoredMember(40, 50, 7, StoredMember.USUAL_ZLIB_HEADER);
    List<StoredMember> parts =
        List.of(member.spliced(40, new Splice(0, 3, 0)), member.spliced(50, new Splice(99, 2, 5)));
    index.writeBytes(encoder.encode(new IndexRecord(name("00", ""), 17, parts)));
    index.writeBytes(encoder.encode(new IndexRecord(name("0a", "+1"), 200, parts)));
    return index.toByteArray();
  }

  private static DataName name(String byteOfHash, String suffix) {
    return new DataName(
        ContentHash.parse(byteOfHash.repeat(20) + "-rmd160"), MetaHash.of(ATTRIBUTES), suffix);
  }

  /** With a few files, a long name, which takes an extended header, and something in the store. */
  private byte[] layer(LayerShape shape) throws IOException {
    MemoryStore store = new MemoryStore();
    try (WorkDirectory work = WorkDirectory.open(directory)) {
      return write(work, slice(work, entries(store), shape), store);
    }
  }

  private static List<Entry> entries(MemoryStore store) throws IOException {
    List<Entry> entries = new ArrayList<>();
    entries.add(new Entry.Directory(TreePath.ROOT, ATTRIBUTES));
    for (String name : List.of("/a", "/b", "/c" + "x".repeat(150))) {
      byte[] content = name.repeat(20).getBytes(StandardCharsets.US_ASCII);
      ObjectRef object = store.add(content, HashAlgorithm.SHA1, Compression.ZLIB, 6);
      List<ObjectRef> objects = name.equals("/b") ? List.of(object, object) : List.of(object);
      entries.add(
          new Entry.RegularFile(
              TreePath.of(name),
              ATTRIBUTES,
              (long) objects.size() * content.length,
              object.hash(),
              objects,
              0));
    }
    return entries;
  }

  private static Slice slice(WorkDirectory work, List<Entry> entries) throws IOException {
    return slice(work, entries, LayerShape.USUAL);
  }

  private static Slice slice(WorkDirectory work, List<Entry> entries, LayerShape shape)
      throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs", shape);
    byte[] specification = "/*\n".getBytes(StandardCharsets.US_ASCII);
    builder.add("x.example.org", Map.of("x.spec", specification), new ListCursor(entries));
    return builder.finish();
  }

  private static byte[] write(WorkDirectory work, Slice slice, MemoryStore store)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new LayerWriter(work)
        .write(slice, new ObjectSources(List.of(store), Optional.empty()), bytes, written -> {});
    return bytes.toByteArray();
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
