package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How many ranges of an old layer are asked for; each is a request to the registry. */
class RangeReaderTest extends LayerGround {
  private static final int CONTENTS = 8;
  private static final int VARIANTS = 20;
  private static final int SIZE = 100_000;

  /** The end with the footer, the index, and a few for the content of eight files. */
  private static final int FEW = 4;

  private final AtomicInteger requests = new AtomicInteger();

  private BlobRanges counted(byte[] blob) {
    BlobRanges ranges = LayerForgery.ranges(blob);
    return new BlobRanges() {
      @Override
      public long size() {
        return ranges.size();
      }

      @Override
      public InputStream open(long offset, long length) throws IOException {
        requests.incrementAndGet();
        return ranges.open(offset, length);
      }
    };
  }

  /** Files of several contents, each many times, with a time of its own. */
  private static List<Entry> tree(MemoryStore store, int times) throws IOException {
    Random random = new Random(1);
    List<Entry> tree = new ArrayList<>();
    tree.add(RandomEntries.directory("/", RandomEntries.NOON));
    for (int content = 0; content < CONTENTS; content++) {
      byte[] bytes = new byte[SIZE];
      random.nextBytes(bytes);
      ObjectRef object = store.add(bytes, HashAlgorithm.SHA1, Compression.ZLIB, 1);
      for (int time = 0; time < times; time++) {
        tree.add(
            new Entry.RegularFile(
                TreePath.of("/f%d-%02d".formatted(content, time)),
                new Attributes(0644, 0, 0, new Timestamp(time, 0), Xattrs.NONE),
                SIZE,
                object.hash(),
                List.of(object),
                0));
      }
    }
    tree.sort(Comparator.comparing(Entry::path));
    return tree;
  }

  private byte[] write(Slice slice, MemoryStore store, Optional<BlobRanges> old)
      throws IOException {
    Optional<PresentLayer> present =
        old.isPresent() ? PresentLayer.open(old.get()) : Optional.empty();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new LayerWriter(work).write(slice, new ObjectSources(List.of(store), present), out, n -> {});
    return out.toByteArray();
  }

  @Test
  void filesThatDifferInTheirTimesAlone_areReadInFewRanges() throws IOException {
    MemoryStore origin = new MemoryStore();
    Slice slice = slice(tree(origin, VARIANTS));
    byte[] old = write(slice, origin, Optional.empty());
    MemoryStore cold = origin.coldCopy();

    assertThat(write(slice, cold, Optional.of(counted(old)))).isEqualTo(old);

    assertThat(cold.fetches()).isZero();
    assertThat(requests).hasValueLessThanOrEqualTo(FEW);
  }

  @Test
  void contentThatIsWantedMoreOftenThanTheOldLayerHasIt_isReadOnce() throws IOException {
    MemoryStore origin = new MemoryStore();
    byte[] old = write(slice(tree(origin, 1)), origin, Optional.empty());
    MemoryStore cold = origin.coldCopy();

    write(slice(tree(origin, VARIANTS)), cold, Optional.of(counted(old)));

    assertThat(cold.fetches()).isZero();
    assertThat(requests).hasValueLessThanOrEqualTo(FEW);
  }

  @Test
  void layerWithoutHardLinks_isReadInFewRanges() throws IOException {
    for (boolean single : new boolean[] {false, true}) {
      MemoryStore origin = new MemoryStore();
      Slice slice = slice(tree(origin, VARIANTS), new LayerShape(false, single, false));
      byte[] old = write(slice, origin, Optional.empty());
      MemoryStore cold = origin.coldCopy();
      requests.set(0);

      assertThat(write(slice, cold, Optional.of(counted(old)))).isEqualTo(old);

      assertThat(cold.fetches()).isZero();
      assertThat(requests).hasValueLessThanOrEqualTo(FEW);
    }
  }
}
