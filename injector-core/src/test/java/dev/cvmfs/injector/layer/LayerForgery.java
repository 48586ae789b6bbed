package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.FixedAttributes;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;

/**
 * Forges layers from a seed, as a clever enemy would who controls the registry: anything from a
 * flipped bit to a layer that is right in itself, with all checksums, index and footer, but holds
 * something else.
 */
final class LayerForgery {
  private static final byte[] SPECIFICATION = "/*\n".getBytes(StandardCharsets.UTF_8);

  private final WorkDirectory work;
  private final MemoryStore store;
  private final List<Entry> entries;
  private final LayerShape shape;
  private final byte[] genuine;

  LayerForgery(WorkDirectory work, MemoryStore store, List<Entry> entries) throws IOException {
    this(work, store, entries, LayerShape.USUAL);
  }

  LayerForgery(WorkDirectory work, MemoryStore store, List<Entry> entries, LayerShape shape)
      throws IOException {
    this.shape = shape;
    this.work = work;
    this.store = store;
    this.entries = List.copyOf(entries);
    this.genuine = layer(slice(entries, SPECIFICATION));
  }

  byte[] genuine() {
    return genuine.clone();
  }

  Slice slice() throws IOException {
    return slice(entries, SPECIFICATION);
  }

  /** A forged layer; its bytes may happen to be the genuine ones. */
  byte[] forge(long seed) throws IOException {
    Random random = new Random(seed);
    return switch (random.nextInt(10)) {
      case 0, 1, 2 -> withFlippedBits(random);
      case 3 -> withOtherLength(random);
      case 4 -> withSwappedMembers(random);
      case 5 -> withEditedIndex(random);
      case 6 -> withEditedFooter(random);
      case 7 ->
          layer(slice(entries, ("/*\n# " + random.nextInt()).getBytes(StandardCharsets.UTF_8)));
      default -> layer(slice(edited(random), SPECIFICATION));
    };
  }

  private byte[] withFlippedBits(Random random) {
    byte[] forged = genuine.clone();
    for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
      forged[random.nextInt(forged.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return forged;
  }

  private byte[] withOtherLength(Random random) throws IOException {
    int at = random.nextInt(genuine.length);
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    switch (random.nextInt(4)) {
      case 0 -> forged.write(genuine, 0, at);
      case 1 -> {
        forged.writeBytes(genuine);
        forged.write(genuine, 0, at);
      }
      case 2 -> {
        // An empty member does not change what is unpacked.
        forged.writeBytes(Gzip.member(new byte[] {3, 0}, 0, 0));
        forged.writeBytes(genuine);
      }
      default -> {
        forged.write(genuine, 0, at);
        forged.writeBytes(new byte[1 + random.nextInt(20)]);
        forged.write(genuine, at, genuine.length - at);
      }
    }
    return forged.toByteArray();
  }

  private byte[] withSwappedMembers(Random random) throws IOException {
    List<IndexRecord> records = records();
    IndexRecord left = records.get(random.nextInt(records.size()));
    IndexRecord right = records.get(random.nextInt(records.size()));
    if (left.start() > right.start()) {
      IndexRecord swap = left;
      left = right;
      right = swap;
    }
    if (left.start() == right.start()) {
      return withFlippedBits(random);
    }
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    copy(0, left.start(), forged);
    copy(right.start(), right.end(), forged);
    copy(left.end(), right.start(), forged);
    copy(left.start(), left.end(), forged);
    copy(right.end(), genuine.length, forged);
    return forged.toByteArray();
  }

  private void copy(long from, long to, ByteArrayOutputStream out) {
    out.write(genuine, (int) from, (int) (to - from));
  }

  private List<IndexRecord> records() throws IOException {
    List<IndexRecord> records = new ArrayList<>();
    try (Cursor<IndexRecord> index = PresentLayer.open(ranges(genuine)).orElseThrow().index()) {
      index.forEachRemaining(records::add);
    }
    return records;
  }

  /** Where our footer ends. */
  private int end() {
    return StargzFooter.decode(genuine, genuine.length)
        .map(Math::toIntExact)
        .orElse(genuine.length);
  }

  private LayerFooter footer() {
    return LayerFooter.decode(Arrays.copyOf(genuine, end()), end()).orElseThrow();
  }

  /** One record says something else; lengths of the index and the footer are made to fit. */
  private byte[] withEditedIndex(Random random) throws IOException {
    List<IndexRecord> records = records();
    int at = random.nextInt(records.size());
    IndexRecord record = records.get(at);
    StoredMember member = record.members().get(0);
    StoredMember edited =
        switch (random.nextInt(4)) {
          case 0 ->
              new StoredMember(
                  member.length(),
                  member.plainSize(),
                  member.crc() + 1,
                  member.zlibHeader(),
                  member.splice());
          case 1 ->
              new StoredMember(
                  member.length(),
                  member.plainSize() + 1,
                  member.crc(),
                  member.zlibHeader(),
                  member.splice());
          case 2 ->
              new StoredMember(
                  member.length() + 1,
                  member.plainSize(),
                  member.crc(),
                  member.zlibHeader(),
                  member.splice());
          default ->
              new StoredMember(
                  member.length(),
                  member.plainSize(),
                  member.crc(),
                  member.zlibHeader() ^ 0x101,
                  member.splice());
        };
    List<StoredMember> members = new ArrayList<>(record.members());
    members.set(0, edited);
    if (random.nextInt(5) == 0) {
      records.remove(at);
    } else {
      records.set(at, new IndexRecord(record.name(), record.start(), members));
    }
    return withIndex(records);
  }

  private byte[] withIndex(List<IndexRecord> records) throws IOException {
    return withIndex(records, new byte[0]);
  }

  /** The same with something else before all of it. */
  private byte[] withIndex(List<IndexRecord> records, byte[] before) throws IOException {
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    index.writeBytes(IndexEncoder.magic(shape.singleMember()));
    IndexEncoder encoder = new IndexEncoder();
    records.forEach(record -> index.writeBytes(encoder.encode(record)));
    byte[] plain = index.toByteArray();
    LayerFooter footer = footer();
    byte[] member = member(plain);
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    forged.writeBytes(before);
    copy(0, footer.indexStart(), forged);
    if (shape.singleMember()) {
      Splicer splicer = new Splicer(forged::write);
      splicer.write(member, 0, member.length);
      splicer.finish();
    } else {
      forged.writeBytes(member);
    }
    long indexEnd = forged.size();
    copy(footer.indexEnd(), end() - LayerFooter.SIZE, forged);
    forged.writeBytes(
        new LayerFooter(
                footer.treeStart() + before.length,
                footer.indexStart() + before.length,
                indexEnd,
                shape.singleMember())
            .encode());
    copy(end(), genuine.length, forged);
    return forged.toByteArray();
  }

  /**
   * With other text of the same length in the tree and the index, which are right in themselves.
   *
   * @param layer one of many members
   */
  static byte[] withOtherText(byte[] layer, String text, String other) throws IOException {
    LayerFooter footer = LayerFooter.decode(layer, layer.length).orElseThrow();
    byte[] tree = withOtherText(layer, footer.treeStart(), footer.indexStart(), text, other);
    byte[] index = withOtherText(layer, footer.indexStart(), footer.indexEnd(), text, other);
    long indexStart = footer.treeStart() + tree.length;
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    forged.write(layer, 0, (int) footer.treeStart());
    forged.writeBytes(tree);
    forged.writeBytes(index);
    int end = layer.length - LayerFooter.SIZE;
    forged.write(layer, (int) footer.indexEnd(), (int) (end - footer.indexEnd()));
    forged.writeBytes(
        new LayerFooter(footer.treeStart(), indexStart, indexStart + index.length).encode());
    return forged.toByteArray();
  }

  private static byte[] withOtherText(byte[] layer, long from, long to, String text, String other)
      throws IOException {
    try (InputStream plain =
        new GZIPInputStream(new ByteArrayInputStream(layer, (int) from, (int) (to - from)))) {
      String is = new String(plain.readAllBytes(), StandardCharsets.ISO_8859_1);
      return member(is.replace(text, other).getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** With a file before all others, which index and footer make room for. */
  byte[] withFileInFront(String name, String content) throws IOException {
    return withMemberInFront(member(file(name, content)));
  }

  /** The same with any member. */
  byte[] withMemberInFront(byte[] member) throws IOException {
    List<IndexRecord> moved =
        records().stream()
            .map(r -> new IndexRecord(r.name(), r.start() + member.length, r.members()))
            .toList();
    return withIndex(moved, member);
  }

  /** With a file between the index and the end of the archive. */
  byte[] withFileBehindIndex(String name, String content) throws IOException {
    LayerFooter footer = footer();
    byte[] end;
    try (InputStream glue =
        new GZIPInputStream(
            new ByteArrayInputStream(
                genuine,
                (int) footer.indexEnd(),
                (int) (end() - LayerFooter.SIZE - footer.indexEnd())))) {
      end = glue.readAllBytes();
    }
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.write(end, 0, end.length - TarEncoder.TRAILER);
    tar.writeBytes(file(name, content));
    tar.writeBytes(new byte[TarEncoder.TRAILER]);
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    copy(0, footer.indexEnd(), forged);
    forged.writeBytes(member(tar.toByteArray()));
    copy(end() - LayerFooter.SIZE, genuine.length, forged);
    return forged.toByteArray();
  }

  /** The same behind the zeros that end the archive. */
  byte[] withFileBehindTheEnd(String name, String content) {
    ByteArrayOutputStream forged = new ByteArrayOutputStream();
    copy(0, end() - LayerFooter.SIZE, forged);
    forged.writeBytes(member(file(name, content)));
    copy(end() - LayerFooter.SIZE, genuine.length, forged);
    return forged.toByteArray();
  }

  private static byte[] file(String name, String content) {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    tar.writeBytes(
        TarEncoder.encode(
            TarEntry.file(ByteString.of(name), FixedAttributes.PUBLIC_FILE, bytes.length)));
    tar.writeBytes(bytes);
    tar.writeBytes(new byte[TarEncoder.padding(bytes.length)]);
    return tar.toByteArray();
  }

  private static byte[] member(byte[] plain) {
    CRC32 crc = new CRC32();
    crc.update(plain);
    return Gzip.member(
        new FixedDeflater().deflate(plain, plain.length), (int) crc.getValue(), plain.length);
  }

  private byte[] withEditedFooter(Random random) {
    LayerFooter footer = footer();
    long[] offsets = {footer.treeStart(), footer.indexStart(), footer.indexEnd()};
    for (int i = 0; i < offsets.length; i++) {
      if (random.nextBoolean()) {
        offsets[i] = random.nextInt(end() - LayerFooter.SIZE);
      }
    }
    Arrays.sort(offsets);
    if (offsets[0] == offsets[1] || offsets[1] == offsets[2]) {
      return withFlippedBits(random);
    }
    byte[] forged = genuine.clone();
    System.arraycopy(
        new LayerFooter(offsets[0], offsets[1], offsets[2], shape.singleMember()).encode(),
        0,
        forged,
        end() - LayerFooter.SIZE,
        LayerFooter.SIZE);
    return forged;
  }

  /** A tree in which one thing is another, to make a layer of that is right in itself. */
  private List<Entry> edited(Random random) throws IOException {
    List<Entry> edited = new ArrayList<>(entries);
    int at = 1 + random.nextInt(edited.size() - 1);
    Entry entry = edited.get(at);
    Attributes is = entry.attributes();
    switch (random.nextInt(6)) {
      case 0 -> {
        if (!(entry instanceof Entry.Directory)) {
          edited.remove(at);
        }
      }
      case 1 ->
          edited.set(
              at,
              with(
                  entry,
                  new Attributes(
                      is.permissions() ^ 1 << random.nextInt(12),
                      is.uid(),
                      is.gid(),
                      is.mtime(),
                      is.xattrs())));
      case 2 ->
          edited.set(
              at,
              with(
                  entry,
                  new Attributes(
                      is.permissions(), is.uid() + 1, is.gid(), is.mtime(), is.xattrs())));
      case 3 ->
          edited.set(
              at,
              with(
                  entry,
                  new Attributes(
                      is.permissions(),
                      is.uid(),
                      is.gid(),
                      new Timestamp(is.mtime().seconds(), (is.mtime().nanos() + 1) % 1_000_000_000),
                      is.xattrs())));
      case 4 -> {
        edited.add(RandomEntries.file("/zzz", store, "smuggled in " + at, is.mtime()));
        edited.sort(Comparator.comparing(Entry::path));
      }
      default -> {
        if (entry instanceof Entry.RegularFile file && file.size() > 0) {
          // Other content under the name of what the catalog wants.
          byte[] content = new byte[(int) file.size()];
          random.nextBytes(content);
          edited.set(at, RandomEntries.randomFile(store, file.path(), is, content));
        }
      }
    }
    return edited;
  }

  private static Entry with(Entry entry, Attributes attributes) {
    TreePath path = entry.path();
    if (entry instanceof Entry.RegularFile file) {
      return RandomEntries.with(file, path.toString(), attributes);
    }
    return entry instanceof Entry.Symlink symlink
        ? new Entry.Symlink(path, attributes, ByteString.of(symlink.target() + "x"))
        : new Entry.Directory(path, attributes);
  }

  private Slice slice(List<Entry> tree, byte[] specification) throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs", shape);
    builder.add("r.org", Map.of("src.spec", specification), new ListCursor(tree));
    return builder.finish();
  }

  private byte[] layer(Slice slice) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new LayerWriter(work)
        .write(slice, new ObjectSources(List.of(store), Optional.empty()), out, bytes -> {});
    return out.toByteArray();
  }

  static BlobRanges ranges(byte[] blob) {
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
