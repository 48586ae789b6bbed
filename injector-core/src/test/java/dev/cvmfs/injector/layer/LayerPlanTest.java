package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a dry run says is what the run does. */
class LayerPlanTest extends LayerGround {
  private static final Entry ROOT = RandomEntries.directory("/", RandomEntries.NOON);

  private byte[] layer(List<Entry> tree, MemoryStore origin) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new LayerWriter(work)
        .write(slice(tree), new ObjectSources(List.of(origin), Optional.empty()), out, n -> {});
    return out.toByteArray();
  }

  private LayerPlan plan(List<Entry> tree, byte[] old, MemoryStore store) throws IOException {
    Slice slice = slice(tree);
    ObjectSources sources = new ObjectSources(List.of(store), Optional.of(open(old)));
    LayerPlan plan = LayerPlan.of(slice, sources);
    long before = store.fetches();
    new LayerWriter(work).write(slice, sources, new ByteArrayOutputStream(), n -> {});
    assertThat(store.fetches() - before).isEqualTo(plan.fetched().objects());
    return plan;
  }

  @Test
  void contentUnderAnotherName_isReused_andTheOldNameIsDropped() throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile file = RandomEntries.file("/a", origin, "four", RandomEntries.NOON);
    Entry.RegularFile lost = RandomEntries.file("/b", origin, "lost", RandomEntries.NOON);
    Entry.RegularFile added = RandomEntries.file("/c", origin, "added", RandomEntries.NOON);
    Entry.RegularFile executable =
        RandomEntries.with(file, "/a", new Attributes(0755, 0, 0, RandomEntries.NOON, Xattrs.NONE));
    byte[] old = layer(List.of(ROOT, file, lost), origin);

    LayerPlan plan = plan(List.of(ROOT, executable, added), old, origin.coldCopy());

    assertThat(plan.reused()).isEqualTo(new LayerPlan.Amount(1, 4));
    assertThat(plan.fetched()).isEqualTo(new LayerPlan.Amount(1, 5));
    assertThat(plan.cached()).isEqualTo(LayerPlan.Amount.NONE);
    assertThat(plan.dropped()).isEqualTo(new LayerPlan.Amount(2, 8));
  }

  @Test
  void objectThatIsTooLargeToBeTakenFromALayer_isFetched() throws IOException {
    MemoryStore origin = new MemoryStore();
    byte[] content = new byte[ObjectPreparer.LARGE + 1];
    ObjectRef large = origin.add(content, HashAlgorithm.SHA1, Compression.ZLIB, 1);
    Entry.RegularFile file =
        new Entry.RegularFile(
            TreePath.of("/large"),
            new Attributes(0644, 0, 0, RandomEntries.NOON, Xattrs.NONE),
            content.length,
            large.hash(),
            List.of(large),
            0);
    byte[] old = layer(List.of(ROOT, file), origin);

    LayerPlan plan = plan(List.of(ROOT, file), old, origin.coldCopy());

    assertThat(plan.fetched()).isEqualTo(new LayerPlan.Amount(1, content.length));
    assertThat(plan.reused()).isEqualTo(LayerPlan.Amount.NONE);
    assertThat(plan.dropped()).isEqualTo(LayerPlan.Amount.NONE);
  }

  @Test
  void damagedIndex_endsTheUseOfTheLayer() throws IOException {
    MemoryStore origin = new MemoryStore();
    Entry.RegularFile file = RandomEntries.file("/a", origin, "content", RandomEntries.NOON);
    byte[] old = layer(List.of(ROOT, file), origin);
    LayerFooter footer = LayerFooter.decode(old, old.length).orElseThrow();
    old[(int) footer.indexStart() + Gzip.HEADER + 1] ^= 0x55;

    LayerPlan plan = plan(List.of(ROOT, file), old, origin.coldCopy());

    assertThat(plan)
        .isEqualTo(
            new LayerPlan(
                new LayerPlan.Amount(1, 7),
                LayerPlan.Amount.NONE,
                LayerPlan.Amount.NONE,
                LayerPlan.Amount.NONE));
  }
}
