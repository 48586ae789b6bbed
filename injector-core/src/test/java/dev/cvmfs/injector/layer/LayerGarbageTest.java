package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.GarbageObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.data.MetaHash;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LayerGarbageTest extends LayerGround {
  private static final Entry ROOT = RandomEntries.directory("/", RandomEntries.NOON);
  private static final Attributes PLAIN =
      new Attributes(0644, 0, 0, RandomEntries.NOON, Xattrs.NONE);

  private static SortedMap<String, Long> at(long revision) {
    return new TreeMap<>(Map.of("r.org", revision));
  }

  private byte[] write(Slice slice, MemoryStore store, Optional<PresentLayer> old)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new LayerWriter(work).write(slice, new ObjectSources(List.of(store), old), out, bytes -> {});
    return out.toByteArray();
  }

  /** A layer that keeps all garbage of the one before. */
  private byte[] refresh(List<Entry> tree, byte[] old, long revision, MemoryStore store)
      throws IOException {
    Slice slice = slice(tree);
    Garbage garbage = LayerGarbage.after(open(old), slice, at(revision));
    return write(slice.with(garbage), store, Optional.of(open(old)));
  }

  private static Map<String, String> lists(byte[] layer) throws IOException {
    Map<String, String> lists = new TreeMap<>();
    try (Cursor<TreeItem> tree = open(layer).tree()) {
      tree.forEachRemaining(
          item -> {
            String name = item.entry().name().toString();
            if (name.startsWith("cvmfs/.data/.garbage/")) {
              lists.put(
                  name.substring("cvmfs/.data/.garbage/".length()),
                  new String(item.content().bytes(), StandardCharsets.US_ASCII));
            }
          });
    }
    return lists;
  }

  @Test
  void objectThatLostItsLastLink_isListedWithTheRevision_andComesBackForNothing()
      throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile kept = RandomEntries.file("/a", origin, "kept", RandomEntries.NOON);
    Entry.RegularFile lost = RandomEntries.file("/b", origin, "lost", RandomEntries.NOON);
    byte[] first = write(slice(List.of(ROOT, kept, lost)), origin, Optional.empty());

    byte[] second = refresh(List.of(ROOT, kept), first, 7, origin.coldCopy());
    byte[] third = refresh(List.of(ROOT), second, 9, origin.coldCopy());
    MemoryStore cold = origin.coldCopy();
    byte[] again = refresh(List.of(ROOT, kept, lost), third, 10, cold);

    DataName nameOfLost = open(first).index().next().name();
    assertThat(lists(second)).containsOnlyKeys("r.org");
    assertThat(lists(second).get("r.org")).startsWith("7 ").hasLineCount(1);
    assertThat(lists(third).get("r.org")).hasLineCount(2).contains("7 ", "9 ");
    assertThat(List.of(kept.identity(), lost.identity())).contains(nameOfLost.content());
    assertThat(cold.fetches()).isZero();
    assertThat(again).isEqualTo(first);
  }

  @Test
  void contentThatTheSliceHasUnderAnotherName_isNoGarbage() throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile file = RandomEntries.file("/a", origin, "same", RandomEntries.NOON);
    Entry.RegularFile executable =
        RandomEntries.with(file, "/a", new Attributes(0755, 0, 0, RandomEntries.NOON, Xattrs.NONE));
    byte[] old = write(slice(List.of(ROOT, file)), origin, Optional.empty());

    assertThat(LayerGarbage.after(open(old), slice(List.of(ROOT, executable)), at(2)))
        .isEqualTo(Garbage.NONE);
  }

  @Test
  void fileInChunks_isKeptWithTheHashesOfItsChunks() throws IOException {
    MemoryStore origin = new MemoryStore();
    byte[] content = new byte[20_000];
    new Random(1).nextBytes(content);
    List<ObjectRef> chunks = new ArrayList<>();
    for (int from = 0; from < content.length; from += 5_000) {
      byte[] chunk = java.util.Arrays.copyOfRange(content, from, from + 5_000);
      Compression compression = from == 0 ? Compression.NONE : Compression.ZLIB;
      chunks.add(origin.add(chunk, HashAlgorithm.SHAKE128, compression, 9));
    }
    ObjectRef bulk = origin.add(content, HashAlgorithm.SHAKE128, Compression.ZLIB, 6);
    Entry.RegularFile file =
        new Entry.RegularFile(TreePath.of("/big"), PLAIN, content.length, bulk.hash(), chunks, 0);
    byte[] first = write(slice(List.of(ROOT, file)), origin, Optional.empty());

    byte[] second = refresh(List.of(ROOT), first, 3, origin.coldCopy());
    MemoryStore cold = origin.coldCopy();
    byte[] third = refresh(List.of(ROOT), second, 4, cold);

    assertThat(lists(second).get("r.org"))
        .startsWith("3 ")
        .endsWith(" %s %s %s %s%n".formatted(chunks.stream().map(ObjectRef::hash).toArray()));
    assertThat(third).isEqualTo(second);
    assertThat(cold.fetches()).isZero();
    assertThat(refresh(List.of(ROOT, file), third, 5, cold)).isEqualTo(first);
    assertThat(cold.fetches()).isZero();
  }

  /**
   * The lowest variant of a content has the plain name, whatever it is made of. That it is a chunk
   * nobody could prove, so it is not kept, and is no reason to drop what else there is.
   */
  @Test
  void fileInOneChunk_whoseHashIsNotTheFiles_isDropped_butNothingElse() throws IOException {
    MemoryStore origin = new MemoryStore();
    byte[] content = "in one chunk".repeat(100).getBytes(StandardCharsets.US_ASCII);
    ObjectRef bulk = origin.add(content, HashAlgorithm.SHA1, Compression.ZLIB, 6);
    ObjectRef chunk = origin.add(content, HashAlgorithm.SHA1, Compression.ZLIB, 1);
    assertThat(chunk.hash()).isNotEqualTo(bulk.hash());
    Entry.RegularFile one =
        new Entry.RegularFile(
            TreePath.of("/one"), PLAIN, content.length, bulk.hash(), List.of(chunk), 0);
    Entry.RegularFile other = RandomEntries.file("/two", origin, "other", RandomEntries.NOON);
    byte[] first = write(slice(List.of(ROOT, one, other)), origin, Optional.empty());

    MemoryStore cold = origin.coldCopy();
    byte[] second = refresh(List.of(ROOT), first, 3, cold);

    assertThat(lists(second).get("r.org"))
        .hasLineCount(1)
        .contains(other.identity().hex().substring(4));
    assertThat(cold.fetches()).isZero();
  }

  /** Whatever comes and goes: the layer stays provable, and a policy of none leaves no trace. */
  @Test
  void refreshes_thatKeepEverything_areProven_andFetchNothingTwice() throws IOException {
    for (int seed = 0; seed < Effort.of(8, 300); seed++) {
      Random random = new Random(seed);
      MemoryStore origin = new MemoryStore();
      List<Entry> tree = RandomEntries.randomTree(random, origin, new HashMap<>());
      byte[] layer = write(slice(tree), origin, Optional.empty());
      for (int revision = 2; revision < 6; revision++) {
        tree = RandomEntries.mutate(LayerRoundTripTest.withoutAdded(tree), random, origin);
        Slice slice = slice(tree);
        Garbage garbage = LayerGarbage.after(open(layer), slice, at(revision));
        byte[] kept = write(slice.with(garbage), origin.coldCopy(), Optional.of(open(layer)));

        Garbage listed = LayerGarbage.listedIn(open(kept), slice, at(revision));
        assertThat(listed).as("seed %d, revision %d", seed, revision).isEqualTo(garbage);
        assertThat(LayerGarbage.amountIn(open(kept)))
            .isEqualTo(new LayerGarbage.Amount(garbage.objects().size(), garbage.bytes()));
        LayerProof proof =
            LayerProof.of(slice.with(listed), LayerForgery.ranges(kept), work, bytes -> {});
        assertThat(proof.findings()).as("seed %d, revision %d", seed, revision).isEmpty();
        assertThat(LayerChanges.between(slice.with(garbage), open(kept)).identical()).isTrue();
        assertThat(write(slice, origin, Optional.of(open(kept))))
            .as("without garbage, seed %d, revision %d", seed, revision)
            .isEqualTo(write(slice, origin, Optional.empty()));
        layer = kept;
      }
    }
  }

  @Test
  void garbageThatIsNotWhatItsNameSays_isNotKept() throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile lost = RandomEntries.file("/b", origin, "lost and gone", RandomEntries.NOON);
    byte[] old = write(slice(List.of(ROOT, lost)), origin, Optional.empty());
    IndexRecord record;
    try (Cursor<IndexRecord> index = open(old).index()) {
      record = index.next();
    }
    MemoryStore nowhere = origin.coldCopy();
    nowhere.damage(lost.objects().get(0), new byte[3]);
    Slice slice = slice(List.of(ROOT));
    Slice wanted = slice.with(LayerGarbage.after(open(old), slice, at(2)));

    old[(int) record.start() + 13] ^= 4;

    assertThat(wanted.garbage().objects()).hasSize(1);
    assertThat(LayerGarbage.after(open(old), slice, at(2))).isEqualTo(Garbage.NONE);
    assertThatThrownBy(() -> write(wanted, nowhere, Optional.of(open(old))))
        .isInstanceOf(GarbageUnavailableException.class)
        .hasMessageContaining(record.name().toString());
  }

  /** Names become paths of the archive: nobody must be able to say where a file lies. */
  @Test
  void garbageWhoseNameLeadsOutOfTheStore_isDamage_forRefreshAndVerify() throws IOException {
    for (String evil :
        List.of("/../../../etc/ld.so.preload", "\n7 aa/bb/another of the lines", "\u001b[2J")) {
      MemoryStore origin = new MemoryStore();
      Entry.RegularFile lost = RandomEntries.file("/b", origin, "lost", RandomEntries.NOON);
      String suffix = "~" + "1".repeat(19) + "+" + "1".repeat(19);
      String longEnough = suffix.substring(0, evil.length());
      DataName name = new DataName(lost.identity(), MetaHash.of(PLAIN), longEnough);
      Slice slice = slice(List.of(ROOT));
      Garbage garbage = Garbage.of(List.of(new GarbageObject(name, "r.org", 0, 2, lost.objects())));
      byte[] old = write(slice.with(garbage), origin, Optional.empty());

      byte[] forged = LayerForgery.withOtherText(old, longEnough, evil);

      assertThat(LayerGarbage.after(open(old), slice, at(3))).isEqualTo(garbage);
      assertThatThrownBy(() -> LayerGarbage.after(open(forged), slice, at(3)))
          .isInstanceOf(LayerFormatException.class);
      assertThatThrownBy(() -> LayerGarbage.listedIn(open(forged), slice, at(3)))
          .isInstanceOf(LayerFormatException.class);
      assertThatThrownBy(() -> LayerGarbage.amountIn(open(forged)))
          .isInstanceOf(LayerFormatException.class);
      assertThat(write(slice, origin, Optional.of(open(forged))))
          .isEqualTo(write(slice, origin, Optional.empty()));
      assertThat(LayerProof.of(slice, LayerForgery.ranges(forged), work, bytes -> {}).findings())
          .isNotEmpty()
          .noneMatch(finding -> (finding.where() + finding.what()).contains(evil));
    }
  }

  /** Digits of a suffix may be a {@code c} without telling a cut. */
  @Test
  void variantWhoseNameProvesItsContent_isNotRead() throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile plain = RandomEntries.file("/a", origin, "content", RandomEntries.NOON);
    List<Entry> tree = new ArrayList<>(List.of(ROOT, plain));
    for (int i = 0; i < 20; i++) {
      SortedMap<byte[], byte[]> label = new TreeMap<>(Arrays::compareUnsigned);
      label.put(ByteString.of("security.selinux").bytes(), ByteString.of("label" + i).bytes());
      tree.add(
          RandomEntries.with(
              plain,
              "/b%02d".formatted(i),
              new Attributes(0644, 0, 0, RandomEntries.NOON, Xattrs.of(label))));
    }
    byte[] layer = write(slice(tree), origin, Optional.empty());
    List<IndexRecord> variants = new ArrayList<>();
    try (Cursor<IndexRecord> index = open(layer).index()) {
      index.forEachRemaining(variants::add);
    }
    variants.removeIf(variant -> !variant.name().suffix().contains("x"));

    layer[(int) variants.get(0).start() + 13] ^= 4;

    assertThat(variants).anyMatch(variant -> variant.name().suffix().contains("c"));
    assertThat(MemberHashes.of(open(layer), variants))
        .containsOnly(Optional.of(List.of(plain.identity())));
  }

  @Test
  void garbageOutOfOrder_isRefused() throws IOException {
    MemoryStore origin = new MemoryStore();
    List<GarbageObject> objects = new ArrayList<>();
    for (String content : List.of("one", "other")) {
      Entry.RegularFile file = RandomEntries.file("/a", origin, content, RandomEntries.NOON);
      DataName name = new DataName(file.identity(), MetaHash.of(PLAIN), "");
      objects.add(new GarbageObject(name, "r.org", 0, 2, file.objects()));
    }
    List<GarbageObject> sorted = Garbage.of(objects).objects();

    assertThat(new Garbage(sorted).objects()).isEqualTo(sorted);
    assertThatThrownBy(() -> new Garbage(List.of(sorted.get(1), sorted.get(0))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("out of order");
    assertThatThrownBy(() -> new Garbage(List.of(sorted.get(0), sorted.get(0))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void garbageOfARepositoryThatIsGone_isDropped() throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile lost = RandomEntries.file("/b", origin, "lost", RandomEntries.NOON);
    byte[] old = write(slice(List.of(ROOT, lost)), origin, Optional.empty());

    assertThat(
            LayerGarbage.after(
                open(old), slice(List.of(ROOT)), new TreeMap<>(Map.of("other.org", 2L))))
        .isEqualTo(Garbage.NONE);
  }

  @Test
  void listOfGarbage_thatSomebodyChanged_isFound() throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile lost = RandomEntries.file("/b", origin, "lost", RandomEntries.NOON);
    byte[] old = write(slice(List.of(ROOT, lost)), origin, Optional.empty());
    Slice slice = slice(List.of(ROOT));
    Garbage garbage = LayerGarbage.after(open(old), slice, at(2));
    GarbageObject object = garbage.objects().get(0);
    GarbageObject late =
        new GarbageObject(object.name(), object.fqrn(), object.repository(), 3, object.objects());
    byte[] forged = write(slice.with(Garbage.of(List.of(late))), origin, Optional.empty());

    Garbage listed = LayerGarbage.listedIn(open(forged), slice, at(2));

    assertThat(
            LayerProof.of(slice.with(listed), LayerForgery.ranges(forged), work, bytes -> {})
                .findings())
        .anySatisfy(finding -> assertThat(finding.where()).isEqualTo("cvmfs/.data/.garbage/r.org"));
  }
}
