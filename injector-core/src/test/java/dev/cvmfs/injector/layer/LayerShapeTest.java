package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.injector.tar.TarReader;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.Test;

/** The laws of layers hold in whatever way they are built. */
class LayerShapeTest extends LayerGround {
  private static final List<LayerShape> SHAPES =
      List.of(
          LayerShape.USUAL,
          new LayerShape(false, false, false),
          new LayerShape(true, true, false),
          new LayerShape(false, true, false),
          new LayerShape(true, false, true));

  private byte[] write(Slice slice, MemoryStore store, Optional<PresentLayer> old)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WrittenLayer written =
        new LayerWriter(work)
            .write(slice, new ObjectSources(List.of(store), old), out, bytes -> {});
    assertThat(written.digest()).isEqualTo(Digest.sha256(out.toByteArray()));
    assertThat(written.diffId())
        .isEqualTo(Digest.sha256(LayerRoundTripTest.gunzip(out.toByteArray())));
    return out.toByteArray();
  }

  private static List<TreeItem> tree(Cursor<TreeItem> cursor) {
    List<TreeItem> items = new ArrayList<>();
    try (cursor) {
      cursor.forEachRemaining(items::add);
    }
    return items;
  }

  @Test
  void anyShape_unpacksToTheSame_andSaysTheSameOfItself() throws IOException {
    for (int seed = 0; seed < Effort.of(12, 300); seed++) {
      MemoryStore store = new MemoryStore();
      List<Entry> entries = RandomEntries.randomTree(new Random(seed), store, new HashMap<>());
      Slice usual = slice(entries);
      Map<String, String> unpacked =
          LayerRoundTripTest.unpack(write(usual, store, Optional.empty()));
      for (LayerShape shape : SHAPES) {
        Slice slice = slice(entries, shape);
        byte[] layer = write(slice, store, Optional.empty());

        assertThat(LayerRoundTripTest.unpack(layer)).as("%s", shape).isEqualTo(unpacked);
        assertThat(tree(open(layer).tree())).as("%s", shape).isEqualTo(tree(usual.tree()));
        assertThat(LayerChanges.between(slice, open(layer)).identical()).isTrue();
        assertThat(LayerProof.of(slice, LayerForgery.ranges(layer), work, n -> {}).findings())
            .as("%s, seed %d", shape, seed)
            .isEmpty();
      }
    }
  }

  @Test
  void refresh_fromALayerOfAnyShape_givesTheBytesOfAFreshOne() throws IOException {
    for (int seed = 0; seed < Effort.of(12, 300); seed++) {
      Random random = new Random(seed);
      MemoryStore origin = new MemoryStore();
      List<Entry> before = RandomEntries.randomTree(random, origin, new HashMap<>());
      List<Entry> mutated = RandomEntries.mutate(before, random, origin);
      LayerShape from = SHAPES.get(random.nextInt(SHAPES.size()));
      LayerShape to = SHAPES.get(random.nextInt(SHAPES.size()));
      Slice after = slice(mutated, to);
      byte[] old = write(slice(before, from), origin, Optional.empty());
      byte[] fresh = write(after, origin, Optional.empty());
      MemoryStore cold = origin.coldCopy();

      byte[] refreshed = write(after, cold, Optional.of(open(old)));

      assertThat(refreshed).as("seed %d, %s to %s", seed, from, to).isEqualTo(fresh);
      assertThat(cold.fetches()).as("seed %d", seed).isLessThan(after.objectCount());
    }
  }

  @Test
  void garbage_ofAnyShape_isKeptAndProven() throws IOException {
    for (int seed = 0; seed < Effort.of(6, 100); seed++) {
      Random random = new Random(seed);
      MemoryStore origin = new MemoryStore();
      List<Entry> before = RandomEntries.randomTree(random, origin, new HashMap<>());
      LayerShape shape = SHAPES.get(seed % SHAPES.size());
      Slice after = slice(RandomEntries.mutate(before, random, origin), shape);
      byte[] old = write(slice(before, shape), origin, Optional.empty());
      var revisions = new TreeMap<>(Map.of("r.org", 5L));
      Slice kept = after.with(LayerGarbage.after(open(old), after, revisions));

      byte[] refreshed = write(kept, origin.coldCopy(), Optional.of(open(old)));

      assertThat(kept.garbage().objects()).as("seed %d", seed).isNotEmpty();
      assertThat(LayerGarbage.listedIn(open(refreshed), after, revisions))
          .isEqualTo(kept.garbage());
      assertThat(LayerProof.of(kept, LayerForgery.ranges(refreshed), work, n -> {}).findings())
          .as("%s, seed %d", shape, seed)
          .isEmpty();
    }
  }

  @Test
  void withoutHardLinks_noEntryIsOne() throws IOException {
    MemoryStore store = new MemoryStore();
    List<Entry> entries = RandomEntries.randomTree(new Random(4), store, new HashMap<>());
    byte[] layer =
        write(slice(entries, new LayerShape(false, false, false)), store, Optional.empty());

    TarReader reader = new TarReader(new ByteArrayInputStream(LayerRoundTripTest.gunzip(layer)));
    for (var entry = reader.next(); entry.isPresent(); entry = reader.next()) {
      assertThat(entry.get().type()).isNotEqualTo(TarEntry.Type.HARD_LINK);
    }
  }

  @Test
  void inASingleMember_theArchiveIsAllInTheFirst() throws IOException {
    MemoryStore store = new MemoryStore();
    List<Entry> entries = RandomEntries.randomTree(new Random(4), store, new HashMap<>());
    byte[] layer =
        write(slice(entries, new LayerShape(true, true, false)), store, Optional.empty());

    try (InputStream first = GzipCompressorInputStream.builder().setByteArray(layer).get()) {
      assertThat(first.readAllBytes()).isEqualTo(LayerRoundTripTest.gunzip(layer));
    }
  }

  @Test
  void forgedLayers_ofAnyShape_areFound() throws IOException {
    for (LayerShape shape : SHAPES) {
      MemoryStore store = new MemoryStore();
      List<Entry> entries = RandomEntries.randomTree(new Random(9), store, new HashMap<>());
      LayerForgery forgery = new LayerForgery(work, store, entries, shape);
      for (int seed = 0; seed < Effort.of(40, 1000); seed++) {
        byte[] forged = forgery.forge(seed);
        if (!Arrays.equals(forged, forgery.genuine())) {
          assertThat(
                  LayerProof.of(forgery.slice(), LayerForgery.ranges(forged), work, n -> {})
                      .findings())
              .as("%s, seed %d", shape, seed)
              .isNotEmpty();
        }
      }
    }
  }
}
