package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.injector.tar.TarReader;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.campaign.RandomSpecifications;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerRoundTripTest {

  @TempDir Path directory;
  private WorkDirectory work;

  @BeforeEach
  void openWork() throws IOException {
    work = WorkDirectory.open(directory);
  }

  @AfterEach
  void closeWork() {
    work.close();
  }

  @Test
  void write_ofRandomSlices_unpacksToWhatTheyHold() throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      MemoryStore store = new MemoryStore();
      Map<String, byte[]> contents = new HashMap<>();
      List<Entry> entries = RandomEntries.randomTree(new Random(seed), store, contents);
      Layer layer = write(slice(entries), store, Optional.empty());
      assertThat(unpack(layer.bytes()))
          .as("seed %d", seed)
          .containsExactlyInAnyOrderEntriesOf(expected(entries, contents));
      assertThat(layer.written().digest()).isEqualTo(Digest.sha256(layer.bytes()));
      assertThat(layer.written().diffId()).isEqualTo(Digest.sha256(gunzip(layer.bytes())));
    }
  }

  @Test
  void refresh_fromAnyOlderLayer_givesTheBytesOfAFreshOne() throws IOException {
    for (int seed = 0; seed < 40; seed++) {
      Random random = new Random(seed);
      MemoryStore origin = new MemoryStore();
      List<Entry> before = RandomEntries.randomTree(random, origin, new HashMap<>());
      List<Entry> after = RandomEntries.mutate(before, random, origin);
      Layer old = write(slice(before), origin, Optional.empty());
      Layer fresh = write(slice(after), origin, Optional.empty());

      MemoryStore cold = origin.coldCopy();
      PresentLayer present = PresentLayer.open(ranges(old.bytes())).orElseThrow();
      Layer refreshed = write(slice(after), cold, Optional.of(present));

      assertThat(refreshed.bytes()).as("seed %d", seed).isEqualTo(fresh.bytes());
      long shared = sharedObjects(before, after);
      assertThat(cold.fetches())
          .as("only what the old layer lacks is fetched, seed %d", seed)
          .isEqualTo(distinctObjects(after) - shared);
    }
  }

  /** A year of refreshes, with another specification now and then, leaves no trace. */
  @Test
  void refreshes_throughAnySequenceOfStatesAndSpecifications_endInTheBytesOfAFreshOne()
      throws IOException {
    for (int seed = 0; seed < Effort.of(6, 300); seed++) {
      Random random = new Random(seed);
      MemoryStore origin = new MemoryStore();
      List<Entry> tree = RandomEntries.randomTree(random, origin, new HashMap<>());
      RandomSpecifications specifications = new RandomSpecifications(seed);
      Optional<PresentLayer> present = Optional.empty();
      for (int step = 0; step < 6; step++) {
        if (random.nextInt(3) > 0) {
          tree = RandomEntries.mutate(withoutAdded(tree), random, origin);
        }
        Specification specification = specifications.about(tree.stream().map(Entry::path).toList());
        MemoryStore cold = random.nextBoolean() ? origin.coldCopy() : origin;
        Layer refreshed = write(slice(tree, specification), cold, present);
        Layer fresh = write(slice(tree, specification), origin, Optional.empty());
        assertThat(refreshed.bytes()).as("seed %d, step %d", seed, step).isEqualTo(fresh.bytes());
        present = PresentLayer.open(ranges(refreshed.bytes()));
      }
    }
  }

  /** Without the file that each mutation adds under the same name. */
  static List<Entry> withoutAdded(List<Entry> tree) {
    return tree.stream().filter(entry -> !entry.path().toString().equals("/zz-new")).toList();
  }

  private Slice slice(List<Entry> tree, Specification specification) throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    List<Entry> wanted =
        tree.stream().filter(entry -> specification.includes(entry.path())).toList();
    builder.add("r.org", Map.of("src.spec", specification.source()), new ListCursor(wanted));
    return builder.finish();
  }

  @Test
  void refresh_fromAForgedLayer_takesNothingUnproven() throws IOException {
    MemoryStore origin = new MemoryStore();
    List<Entry> entries = RandomEntries.randomTree(new Random(7), origin, new HashMap<>());
    Layer genuine = write(slice(entries), origin, Optional.empty());
    for (int seed = 0; seed < 150; seed++) {
      byte[] forged = genuine.bytes().clone();
      int at = new Random(seed).nextInt(forged.length - LayerFooter.SIZE);
      forged[at] ^= (byte) (1 << (seed % 8));
      Optional<PresentLayer> present = PresentLayer.open(ranges(forged));
      Layer refreshed = write(slice(entries), origin.coldCopy(), present);
      assertThat(refreshed.bytes()).as("bit flipped at %d", at).isEqualTo(genuine.bytes());
    }
  }

  @Test
  void changes_betweenSliceAndItsOwnLayer_areNone() throws IOException {
    MemoryStore store = new MemoryStore();
    List<Entry> entries = RandomEntries.randomTree(new Random(3), store, new HashMap<>());
    Slice slice = slice(entries);
    PresentLayer present =
        PresentLayer.open(ranges(write(slice, store, Optional.empty()).bytes())).orElseThrow();
    assertThat(LayerChanges.between(slice, present))
        .isEqualTo(new LayerChanges(0, 0, 0, entries.size(), true));
  }

  @Test
  void changes_ofOneFile_areCounted() throws IOException {
    MemoryStore store = new MemoryStore();
    List<Entry> before =
        List.of(
            RandomEntries.directory("/", RandomEntries.NOON),
            RandomEntries.file("/a", store, "one", RandomEntries.NOON),
            RandomEntries.file("/b", store, "two", RandomEntries.NOON),
            RandomEntries.file("/c", store, "three", RandomEntries.NOON));
    List<Entry> after =
        List.of(
            RandomEntries.directory("/", RandomEntries.NOON),
            RandomEntries.file("/a", store, "one", RandomEntries.NOON),
            RandomEntries.file("/b", store, "changed", RandomEntries.NOON),
            RandomEntries.file("/d", store, "new", RandomEntries.NOON));
    PresentLayer present =
        PresentLayer.open(ranges(write(slice(before), store, Optional.empty()).bytes()))
            .orElseThrow();
    assertThat(LayerChanges.between(slice(after), present))
        .isEqualTo(new LayerChanges(1, 1, 1, 2, false));
  }

  @Test
  void open_ofABlobOfSomebodyElse_isEmpty() throws IOException {
    assertThat(PresentLayer.open(ranges(new byte[5000]))).isEmpty();
    assertThat(PresentLayer.open(ranges(new byte[3]))).isEmpty();
  }

  @Test
  void write_ofDamagedObjects_fails() throws IOException {
    for (int kind = 0; kind < 5; kind++) {
      MemoryStore store = new MemoryStore();
      Entry.RegularFile file =
          RandomEntries.file("/a", store, "some content to be damaged", RandomEntries.NOON);
      ObjectRef object = file.objects().get(0);
      byte[] stored = store.stored(object);
      store.damage(
          object,
          switch (kind) {
            case 0 -> Arrays.copyOf(stored, stored.length - 1);
            case 1 -> Arrays.copyOf(stored, stored.length + 1);
            case 2 -> new byte[0];
            case 3 -> flipped(stored, 5);
            default -> flipped(stored, stored.length - 1);
          });
      assertThatThrownBy(
              () ->
                  write(
                      slice(List.of(RandomEntries.directory("/", RandomEntries.NOON), file)),
                      store,
                      Optional.empty()))
          .as("kind %d", kind)
          .isInstanceOf(CvmfsFailure.Data.class)
          .hasMessageContaining(object.hash().toString())
          .hasMessageContaining("the content of /cvmfs/r.org/a needs it");
    }
  }

  @Test
  void write_fromASpoiltCache_takesTheObjectsAnew() throws IOException {
    MemoryStore store = new MemoryStore();
    Entry.RegularFile file =
        RandomEntries.file("/a", store, "some content to be damaged", RandomEntries.NOON);
    Slice slice = slice(List.of(RandomEntries.directory("/", RandomEntries.NOON), file));
    Layer sound = write(slice, store, Optional.empty());
    ObjectRef object = file.objects().get(0);
    byte[] stored = store.stored(object);
    for (byte[] spoilt :
        List.of(new byte[0], Arrays.copyOf(stored, 7), flipped(stored, 5), flipped(stored, 1))) {
      store.spoilCache(object, spoilt);

      assertThat(write(slice, store, Optional.empty()).bytes()).isEqualTo(sound.bytes());
    }
  }

  @Test
  void write_ofEqualContentWithOtherTimesOrModes_keepsThemApart() throws IOException {
    MemoryStore store = new MemoryStore();
    Entry.RegularFile noon = RandomEntries.file("/a", store, "same", RandomEntries.NOON);
    List<Entry> entries =
        List.of(
            RandomEntries.directory("/", RandomEntries.NOON),
            noon,
            RandomEntries.file("/b", store, "same", RandomEntries.NEW_YEAR),
            RandomEntries.with(
                noon, "/c", new Attributes(04644, 0, 0, RandomEntries.NOON, Xattrs.NONE)),
            RandomEntries.with(noon, "/d", noon.attributes()));
    Layer layer = write(slice(entries), store, Optional.empty());
    Map<String, TarEntry> tar = headers(layer.bytes());
    String plain = "cvmfs/.data/" + pathOf(noon);
    assertThat(get(tar, "cvmfs/r.org/b").linkTarget()).hasToString(plain);
    assertThat(get(tar, "cvmfs/r.org/a").linkTarget()).hasToString(plain + "~1709294400.123456789");
    assertThat(get(tar, "cvmfs/r.org/d").linkTarget())
        .isEqualTo(get(tar, "cvmfs/r.org/a").linkTarget());
    assertThat(get(tar, "cvmfs/r.org/c").linkTarget())
        .hasToString(plain + "~1709294400.123456789s4");
    assertThat(get(tar, plain + "~1709294400.123456789s4").attributes().permissions())
        .isEqualTo(04644);
  }

  /** CVMFS hashes what is stored, so the same hash may be claimed for other plain bytes. */
  @Test
  void write_whereAnotherRepositoryCallsAnObjectUncompressed_leavesTheContentAsItIs()
      throws IOException {
    MemoryStore store = new MemoryStore();
    Entry root = RandomEntries.directory("/", RandomEntries.NOON);
    Entry.RegularFile library =
        RandomEntries.file("/libc.so", store, "code ".repeat(200), RandomEntries.NOON);
    ObjectRef object = library.objects().get(0);
    long stored = store.stored(object).length;
    ObjectRef claimed = new ObjectRef(object.hash(), ObjectKind.DATA, Compression.NONE, stored);
    Entry claim =
        new Entry.RegularFile(
            TreePath.of("/x"), library.attributes(), stored, object.hash(), List.of(claimed), 0);
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    builder.add("a.evil.org", Map.of(), new ListCursor(List.of(root, claim)));
    builder.add("r.org", Map.of(), new ListCursor(List.of(root, library)));
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    new LayerWriter(work)
        .write(
            builder.finish(),
            new ObjectSources(List.of(store, store), Optional.empty()),
            layer,
            bytes -> {});
    assertThat(unpack(layer.toByteArray()))
        .containsEntry(
            "/libc.so", "FILE " + library.attributes() + Digest.sha256("code ".repeat(200)));
  }

  private static TarEntry get(Map<String, TarEntry> entries, String name) {
    return Optional.ofNullable(entries.get(name)).orElseThrow();
  }

  private static String pathOf(Entry.RegularFile file) {
    return new dev.cvmfs.shrinkwrap.data.DataName(
            file.identity(), dev.cvmfs.shrinkwrap.data.MetaHash.of(file.attributes()), "")
        .path();
  }

  private static byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= 1;
    return flipped;
  }

  // --- slices and layers -------------------------------------------------------------------

  /** A layer and what its writer said of it. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared as a whole.
  private record Layer(byte[] bytes, WrittenLayer written) {}

  private Slice slice(List<Entry> entries) throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    byte[] specification = "/*\n".getBytes(StandardCharsets.UTF_8);
    builder.add("r.org", Map.of("src.spec", specification), new ListCursor(entries));
    return builder.finish();
  }

  private Layer write(Slice slice, MemoryStore store, Optional<PresentLayer> present)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WrittenLayer written =
        new LayerWriter(work)
            .write(slice, new ObjectSources(List.of(store), present), out, bytes -> {});
    return new Layer(out.toByteArray(), written);
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

  static byte[] gunzip(byte[] blob) throws IOException {
    try (InputStream in =
        GzipCompressorInputStream.builder()
            .setInputStream(new ByteArrayInputStream(blob))
            .setDecompressConcatenated(true)
            .get()) {
      return in.readAllBytes();
    }
  }

  private static Map<String, TarEntry> headers(byte[] blob) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(gunzip(blob)));
    Map<String, TarEntry> headers = new HashMap<>();
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      headers.put(entry.get().name().toString(), entry.get());
    }
    return headers;
  }

  /** The visible tree as an unpacker would see it: path to a description with the content. */
  static Map<String, String> unpack(byte[] blob) throws IOException {
    TarReader reader = new TarReader(new ByteArrayInputStream(gunzip(blob)));
    Map<String, String> contents = new HashMap<>();
    Map<String, TarEntry> inodes = new HashMap<>();
    Map<String, String> visible = new HashMap<>();
    for (var next = reader.next(); next.isPresent(); next = reader.next()) {
      TarEntry entry = next.get();
      String name = entry.name().toString();
      String content = Digest.sha256(reader.readContent(1 << 24)).toString();
      contents.put(name, content);
      inodes.put(name, entry);
      if (!name.startsWith("cvmfs/r.org")) {
        continue;
      }
      String path = name.substring("cvmfs/r.org".length());
      if (entry.type() == TarEntry.Type.HARD_LINK) {
        TarEntry inode = get(inodes, entry.linkTarget().toString());
        assertThat(inode.attributes()).as("inode of %s", name).isEqualTo(entry.attributes());
        visible.put(
            path, "FILE " + inode.attributes() + contents.get(entry.linkTarget().toString()));
      } else {
        visible.put(path, describe(entry, content));
      }
    }
    return visible;
  }

  private static String describe(TarEntry entry, String content) {
    boolean empty = entry.type() == TarEntry.Type.FILE;
    return entry.type() + " " + entry.attributes() + (empty ? content : "") + entry.linkTarget();
  }

  private static Map<String, String> expected(List<Entry> entries, Map<String, byte[]> contents) {
    Map<String, String> visible = new HashMap<>();
    for (Entry entry : entries) {
      String path = entry.path().isRoot() ? "" : entry.path().toString();
      if (entry instanceof Entry.Directory) {
        visible.put(path, "DIRECTORY " + entry.attributes());
      } else if (entry instanceof Entry.Symlink symlink) {
        visible.put(path, "SYMLINK " + entry.attributes() + symlink.target());
      } else if (entry instanceof Entry.RegularFile) {
        visible.put(
            path,
            "FILE "
                + entry.attributes()
                + Digest.sha256(Optional.ofNullable(contents.get(path)).orElseThrow()));
      }
    }
    return visible;
  }

  private static long distinctObjects(List<Entry> entries) {
    return objects(entries).stream().distinct().count();
  }

  private static long sharedObjects(List<Entry> before, List<Entry> after) {
    List<ObjectRef> known = objects(before);
    return objects(after).stream().distinct().filter(known::contains).count();
  }

  private static List<ObjectRef> objects(List<Entry> entries) {
    return entries.stream()
        .filter(e -> e instanceof Entry.RegularFile)
        .flatMap(e -> ((Entry.RegularFile) e).objects().stream())
        .toList();
  }
}
