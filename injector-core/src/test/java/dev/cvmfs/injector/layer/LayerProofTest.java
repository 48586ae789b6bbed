package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerProofTest {
  @TempDir Path directory;

  // Made before each test.
  @SuppressWarnings("NullAway.Init")
  private WorkDirectory work;

  @BeforeEach
  void openWork() throws IOException {
    work = WorkDirectory.open(directory);
  }

  @AfterEach
  void closeWork() {
    work.close();
  }

  private LayerForgery forgery(long seed) throws IOException {
    return forgery(seed, LayerShape.USUAL);
  }

  private LayerForgery forgery(long seed, LayerShape shape) throws IOException {
    MemoryStore store = new MemoryStore();
    List<Entry> entries = RandomEntries.randomTree(new Random(seed), store, new HashMap<>());
    return new LayerForgery(work, store, entries, shape);
  }

  private LayerProof proof(LayerForgery forgery, byte[] layer) throws IOException {
    return LayerProof.of(forgery.slice(), LayerForgery.ranges(layer), work, bytes -> {});
  }

  @Test
  void genuineLayers_areProven() throws IOException {
    for (int seed = 0; seed < 30; seed++) {
      LayerForgery forgery = forgery(seed);

      LayerProof proof = proof(forgery, forgery.genuine());

      assertThat(proof.findings()).as("seed %d", seed).isEmpty();
      assertThat(proof.written().orElseThrow().digest())
          .isEqualTo(Digest.sha256(forgery.genuine()));
    }
  }

  @Test
  void forgedLayers_areFound() throws IOException {
    int inEachLayer = 100;
    int forged = 0;
    for (int layer = 0; layer < Effort.of(3, 30); layer++) {
      LayerForgery forgery = forgery(layer);
      for (int i = 0; i < inEachLayer; i++) {
        byte[] bytes = forgery.forge(i);
        if (Arrays.equals(bytes, forgery.genuine())) {
          continue;
        }
        forged++;
        LayerProof proof = proof(forgery, bytes);
        assertThat(proof.findings()).as("layer %d, forgery %d", layer, i).isNotEmpty();
        assertThat(proof.written()).isEmpty();
      }
    }
    assertThat(forged).isGreaterThan(Effort.of(250, 2500));
  }

  /** Hundreds of bits, in all parts of a small layer: none can be flipped unnoticed. */
  @Test
  void everyFlippedBit_isFound() throws IOException {
    MemoryStore store = new MemoryStore();
    LayerForgery forgery =
        new LayerForgery(
            work,
            store,
            List.of(
                RandomEntries.directory("/", RandomEntries.NOON),
                RandomEntries.file("/hello", store, "Hello\n", RandomEntries.NOON)));
    byte[] genuine = forgery.genuine();
    int step = Effort.of(11, 1);
    for (int bit = 0; bit < genuine.length * 8; bit += step) {
      byte[] flipped = genuine.clone();
      flipped[bit / 8] ^= (byte) (1 << bit % 8);

      assertThat(proof(forgery, flipped).findings()).as("bit %d", bit).isNotEmpty();
    }
  }

  @Test
  void findings_sayWhereAndWhat() throws IOException {
    MemoryStore store = new MemoryStore();
    Entry.RegularFile kept = RandomEntries.file("/kept", store, "kept", RandomEntries.NOON);
    Entry.RegularFile file = RandomEntries.file("/file", store, "file", RandomEntries.NOON);
    Attributes executable = new Attributes(0755, 0, 0, RandomEntries.NOON, Xattrs.NONE);
    Entry root = RandomEntries.directory("/", RandomEntries.NOON);
    LayerForgery wanted = new LayerForgery(work, store, List.of(root, file, kept));
    LayerForgery other =
        new LayerForgery(
            work,
            store,
            List.of(
                root,
                RandomEntries.with(kept, "/kept", executable),
                RandomEntries.file("/new", store, "new", RandomEntries.NOON)));

    LayerProof proof = proof(wanted, other.genuine());

    assertThat(proof.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.where()).isEqualTo("cvmfs/r.org/file");
              assertThat(finding.what()).isEqualTo("missing");
            })
        .anySatisfy(
            finding -> {
              assertThat(finding.where()).isEqualTo("cvmfs/r.org/new");
              assertThat(finding.what()).isEqualTo("should not be there");
            })
        .anySatisfy(
            finding -> {
              assertThat(finding.where()).isEqualTo("cvmfs/r.org/kept");
              assertThat(finding.what()).contains("mode 0755, should be 0644");
            });
  }

  @Test
  void damagedContent_isNamedByItsObject() throws IOException {
    MemoryStore store = new MemoryStore();
    Entry.RegularFile file =
        RandomEntries.file("/file", store, "some content of a file", RandomEntries.NOON);
    LayerForgery forgery =
        new LayerForgery(
            work, store, List.of(RandomEntries.directory("/", RandomEntries.NOON), file));
    byte[] damaged = forgery.genuine();
    IndexRecord record;
    try (var index = PresentLayer.open(LayerForgery.ranges(damaged)).orElseThrow().index()) {
      record = index.next();
    }
    damaged[(int) record.start() + 14] ^= 1;

    assertThat(proof(forgery, damaged).findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.where()).startsWith(".data/");
              assertThat(finding.what()).contains(file.identity().toString());
            });
  }

  /** Wherever in the archive somebody puts a file, it is named. */
  @Test
  void smuggledFiles_areNamed() throws IOException {
    LayerForgery forgery = forgery(1);
    String name = "etc/cron.d/x";
    LayerFinding surplus = new LayerFinding(name, "should not be there");

    assertThat(proof(forgery, forgery.withFileInFront(name, "* * * * * root x\n")).findings())
        .containsExactly(surplus);
    assertThat(proof(forgery, forgery.withFileBehindIndex(name, "* * * * * root x\n")).findings())
        .containsExactly(surplus);
    assertThat(proof(forgery, forgery.withFileBehindTheEnd(name, "* * * * * root x\n")).findings())
        .containsExactly(new LayerFinding("archive", "has something behind its end"));
  }

  /** No file can have such a name, but a header can. */
  @Test
  void smuggledFile_withAZeroInItsName_isNamed() throws IOException {
    LayerForgery forgery = forgery(1);
    String tooLongForABlock = "etc/" + "x".repeat(120);

    assertThat(proof(forgery, forgery.withFileInFront(tooLongForABlock + "\0y", "z")).findings())
        .containsExactly(new LayerFinding(tooLongForABlock + "\\x00y", "should not be there"));
  }

  /** Whoever unpacks it keeps the name in a header of gzip in memory. */
  @Test
  void nameInAGzipHeader_thatIsTooLong_isNotReadToItsEnd() throws IOException {
    LayerForgery forgery = forgery(1);
    byte[] member = Arrays.copyOf(Gzip.header(), 4 << 20);
    member[3] = 8;
    Arrays.fill(member, Gzip.HEADER, member.length - 11, (byte) 'n');
    member[member.length - 10] = 3;

    assertThat(proof(forgery, forgery.withMemberInFront(member)).findings())
        .singleElement()
        .satisfies(finding -> assertThat(finding.where()).isEqualTo("archive"))
        .satisfies(finding -> assertThat(finding.what()).contains("unpack to nothing"));
  }

  @Test
  void layerThatIsNoGzip_isClosedAgain() throws IOException {
    LayerForgery forgery = forgery(1);
    byte[] forged = forgery.genuine();
    forged[0] ^= 1;
    AtomicInteger open = new AtomicInteger();
    BlobRanges counted =
        new BlobRanges() {
          @Override
          public long size() {
            return forged.length;
          }

          @Override
          public InputStream open(long offset, long length) {
            open.incrementAndGet();
            return new ByteArrayInputStream(forged, (int) offset, (int) length) {
              private boolean closed;

              @Override
              public void close() {
                open.addAndGet(closed ? 0 : -1);
                closed = true;
              }
            };
          }
        };

    assertThat(LayerProof.of(forgery.slice(), counted, work, bytes -> {}).findings())
        .anySatisfy(finding -> assertThat(finding.where()).isEqualTo("archive"));
    assertThat(open).hasValue(0);
  }

  @Test
  void smuggledFile_inALayerWithoutHardLinks_isAllThatIsFound() throws IOException {
    LayerForgery forgery = forgery(2, new LayerShape(false, false, false));

    assertThat(proof(forgery, forgery.withFileInFront("x", "y")).findings())
        .containsExactly(new LayerFinding("x", "should not be there"));
  }

  /** Whatever a layer is built like, the examination knows all its headers, and no other. */
  @Test
  void examinationOfGenuineLayers_ofAnyShape_findsNothing() throws IOException {
    for (LayerShape shape :
        List.of(
            LayerShape.USUAL,
            new LayerShape(false, false, false),
            new LayerShape(true, true, false),
            new LayerShape(false, true, false),
            new LayerShape(true, false, true))) {
      LayerForgery forgery = forgery(4, shape);
      BlobRanges blob = LayerForgery.ranges(forgery.genuine());

      LayerExamination examination =
          new LayerExamination(forgery.slice(), PresentLayer.open(blob).orElseThrow(), blob, work);

      assertThat(examination.findings()).as("%s", shape).isEmpty();
    }
  }

  @Test
  void otherBytesForTheSame_areNotSaidToMeanTheSame_beforeAllWasCompared() throws IOException {
    LayerForgery forgery = forgery(3);
    byte[] genuine = forgery.genuine();
    byte[] emptyMember = Gzip.member(new byte[] {3, 0}, 0, 0);
    byte[] forged = Arrays.copyOf(emptyMember, emptyMember.length + genuine.length);
    System.arraycopy(genuine, 0, forged, emptyMember.length, genuine.length);
    assertThat(proof(forgery, forged).findings())
        .noneMatch(finding -> finding.what().contains("as it should be"));

    byte[] longer = Arrays.copyOf(genuine, genuine.length);
    longer[8] = 2;
    assertThat(proof(forgery, longer).findings())
        .containsExactly(
            new LayerFinding(
                "blob",
                "differs from byte 8 on, though every header, and every object that the index leads"
                    + " to, is as it should be"));
  }
}
