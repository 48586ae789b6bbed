package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.HostileArchives;
import dev.cvmfs.injector.tar.RawTar;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.shrinkwrap.campaign.Campaign;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.zstandard.ZstdCompressorOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForeignLayerTest {
  private static final ByteString PREFIX = ByteString.of("cvmfs");
  private static final String TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final long MOST_ALLOCATED = 200L << 20;
  private static final Attributes ATTRIBUTES =
      new Attributes(0644, 0, 0, new Timestamp(1_700_000_000, 0), Xattrs.NONE);

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

  private ForeignLayer read(byte[] blob) throws IOException {
    return ForeignLayer.read(new ByteArrayInputStream(blob), blob.length, TYPE, PREFIX, work);
  }

  private ForeignLayer read(byte[] blob, long mostSpooled) throws IOException {
    return ForeignLayer.read(
        new ByteArrayInputStream(blob), blob.length, TYPE, PREFIX, work, mostSpooled);
  }

  private static List<TarEntry> tree(ForeignLayer layer) throws IOException {
    List<TarEntry> entries = new ArrayList<>();
    try (Cursor<TreeItem> tree = layer.tree()) {
      tree.forEachRemaining(item -> entries.add(item.entry()));
    }
    return entries;
  }

  /** Something that is too long to be held in memory, time and again. */
  private interface Body {
    void to(OutputStream out) throws IOException;
  }

  private static byte[] tar(TarEntry... entries) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    archive(entries).to(tar);
    return tar.toByteArray();
  }

  /** Files are full of zeros. */
  private static Body archive(TarEntry... entries) {
    return out -> {
      for (TarEntry entry : entries) {
        out.write(TarEncoder.encode(entry));
        zeros(entry.size() + TarEncoder.padding(entry.size())).to(out);
      }
      out.write(new byte[TarEncoder.TRAILER]);
    };
  }

  private static Body zeros(long length) {
    return out -> {
      byte[] some = new byte[1 << 16];
      for (long left = length; left > 0; left -= some.length) {
        out.write(some, 0, (int) Math.min(left, some.length));
      }
    };
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    return gzip(out -> out.write(plain));
  }

  private static byte[] gzip(Body plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      plain.to(gzip);
    }
    return out.toByteArray();
  }

  private static byte[] zstd(byte[] plain) throws IOException {
    return zstd(out -> out.write(plain));
  }

  private static byte[] zstd(Body plain) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZstdCompressorOutputStream zstd = new ZstdCompressorOutputStream(out)) {
      plain.to(zstd);
    }
    return out.toByteArray();
  }

  /** Frames with others between them that are to be skipped, as {@code zstd:chunked} has. */
  private static byte[] zstdChunked(byte[] plain) throws IOException {
    byte[] skipped = {0x5d, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'T', 'O', 'C'};
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int from = 0; from < plain.length; from += 1000) {
      out.writeBytes(skipped);
      out.writeBytes(zstd(Arrays.copyOfRange(plain, from, Math.min(plain.length, from + 1000))));
    }
    out.writeBytes(skipped);
    return out.toByteArray();
  }

  private static byte[] gunzip(byte[] blob) throws IOException {
    try (InputStream in =
        GzipCompressorInputStream.builder()
            .setInputStream(new ByteArrayInputStream(blob))
            .setDecompressConcatenated(true)
            .get()) {
      return in.readAllBytes();
    }
  }

  private static TarEntry file(String name, long size) {
    return TarEntry.file(ByteString.of(name), ATTRIBUTES, size);
  }

  private static TarEntry link(String name, String target) {
    return TarEntry.hardLink(ByteString.of(name), ATTRIBUTES, ByteString.of(target));
  }

  @Test
  void layerOfOurs_compressedAgainOrNotAtAll_isRecognisedAsKept() throws IOException {
    MemoryStore store = new MemoryStore();
    List<Entry> entries = RandomEntries.randomTree(new Random(5), store, new HashMap<>());
    LayerForgery forgery = new LayerForgery(work, store, entries);
    byte[] plain = gunzip(forgery.genuine());
    for (byte[] blob : List.of(gzip(plain), plain, zstd(plain), zstdChunked(plain))) {
      assertThat(LayerChanges.between(forgery.slice(), read(blob)))
          .isEqualTo(new LayerChanges(0, 0, 0, entries.size(), false));
      assertThat(read(blob).provenance("src.spec"))
          .containsOnlyKeys("r.org")
          .allSatisfy((fqrn, text) -> assertThat(text).asString().isEqualTo("/*\n"));
    }
  }

  @Test
  void layerThatIsEncrypted_isRefused() {
    byte[] noise = {1, 2, 3, 4, 5};
    assertThatThrownBy(
            () ->
                ForeignLayer.read(
                    new ByteArrayInputStream(noise), 5, TYPE + "+encrypted", PREFIX, work))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("encrypted");
  }

  @Test
  void changes_areToldThoughTheLayerIsForeign() throws IOException {
    for (int seed = 0; seed < 10; seed++) {
      MemoryStore store = new MemoryStore();
      Random random = new Random(seed);
      List<Entry> before = RandomEntries.randomTree(random, store, new HashMap<>());
      List<Entry> after = RandomEntries.mutate(before, random, store);
      LayerForgery old = new LayerForgery(work, store, before);
      LayerForgery wanted = new LayerForgery(work, store, after);

      LayerChanges ofOurs =
          LayerChanges.between(
              wanted.slice(), PresentLayer.open(LayerForgery.ranges(old.genuine())).orElseThrow());
      LayerChanges ofForeign =
          LayerChanges.between(wanted.slice(), read(gzip(gunzip(old.genuine()))));

      assertThat(ofForeign.added()).as("seed %d", seed).isEqualTo(ofOurs.added());
      assertThat(ofForeign.removed()).as("seed %d", seed).isEqualTo(ofOurs.removed());
      // A link to another name of the same content is no change where names are not ours.
      assertThat(ofForeign.changed()).as("seed %d", seed).isLessThanOrEqualTo(ofOurs.changed());
    }
  }

  @Test
  void namesThatLeadElsewhere_andWhatIsNotVisible_areLeftOut() throws IOException {
    ForeignLayer layer =
        read(
            tar(
                file("cvmfs/r.org/z", 5),
                file("cvmfs/../etc/passwd", 5),
                file("/etc/passwd", 5),
                file("cvmfs/r.org/../../x", 5),
                file("cvmfs//double", 5),
                file("cvmfs/.provenance/r.org/src.spec", 3),
                file("cvmfsx/r.org/a", 5),
                file("./cvmfs/r.org/a", 7)));

    assertThat(tree(layer))
        .extracting(entry -> entry.name().toString())
        .containsExactly("cvmfs/r.org/a", "cvmfs/r.org/z");
  }

  @Test
  void nameThatOccursTwice_isWhatTheLastEntrySays() throws IOException {
    assertThat(tree(read(tar(file("cvmfs/a", 5), file("cvmfs/b", 1), file("cvmfs/a", 9)))))
        .extracting(entry -> entry.name() + " " + entry.size())
        .containsExactly("cvmfs/a 9", "cvmfs/b 1");
  }

  @Test
  void contentUnderAVisibleName_isKnownByTheStoresLinkToIt() throws IOException {
    String stored = "cvmfs/.data/bb/60/abcc605206264854d97f72524eae6c6652c1.meta";
    List<TarEntry> tree =
        tree(
            read(
                tar(
                    file("cvmfs/r.org/a", 5),
                    link("cvmfs/r.org/b", "cvmfs/r.org/a"),
                    link(stored, "cvmfs/r.org/a"))));

    assertThat(tree)
        .hasSize(2)
        .allMatch(entry -> entry.type() == TarEntry.Type.HARD_LINK)
        .allMatch(entry -> entry.linkTarget().toString().equals(stored));
  }

  @Test
  void linksInALoop_areReadOnce() throws IOException {
    assertThat(tree(read(tar(link("cvmfs/a", "cvmfs/b"), link("cvmfs/b", "cvmfs/a"))))).hasSize(2);
  }

  @Test
  void bombs_andHugeClaims_areRefused() throws IOException {
    byte[] zeros = gzip(zeros(100 << 20));
    assertThat(tree(read(zeros))).isEmpty();
    // Within what gzip can do, so it is read through.
    assertThat(tree(read(gzip(archive(file("cvmfs/a", 100L << 20)))))).hasSize(1);
    assertThat(tree(read(zstd(archive(file("cvmfs/a", 100L << 20)))))).hasSize(1);
    byte[] claim = TarEncoder.encode(file("cvmfs/a", 1L << 60));
    assertThatThrownBy(() -> read(claim)).isInstanceOf(TarFormatException.class);
    assertThatThrownBy(() -> read(gzip(claim))).isInstanceOf(TarFormatException.class);
  }

  @Test
  void headersThatSayMoreThanTheDiskShouldTake_areRefused() throws IOException {
    RawTar tar = new RawTar();
    byte[] attribute = RawTar.record("SCHILY.xattr.user.x", new byte[100_000]);
    for (int i = 0; i < 20; i++) {
      tar.add('x', "extended", attribute).header('5', "cvmfs/r.org/" + i, "", 0);
    }
    byte[] blob = gzip(tar.finish());
    assertThat(blob).hasSizeLessThan(20_000);
    assertThat(tree(read(blob, 3_000_000))).hasSize(20);
    assertThatThrownBy(() -> read(blob, 1_000_000))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("more than 1000000 bytes");
  }

  @Test
  void globalHeader_withAnAttributeForAll_isRefused() throws IOException {
    byte[] attribute = RawTar.record("SCHILY.xattr.user.x", new byte[1 << 19]);
    byte[] blob =
        gzip(new RawTar().add('g', "global", attribute).header('5', "cvmfs/r.org", "", 0).finish());
    assertThatThrownBy(() -> read(blob)).isInstanceOf(TarFormatException.class);
  }

  @Test
  void linksFromTheStore_beyondWhatIsRemembered_areLeftAsTheyAre() throws IOException {
    Body links =
        out -> {
          byte[] visible = new byte[60_000];
          Arrays.fill(visible, (byte) 'n');
          for (int i = 0; i < 1_500; i++) {
            byte[] target = ("cvmfs/r.org/" + i).getBytes(StandardCharsets.US_ASCII);
            Arrays.fill(visible, 0, 20, (byte) 'n');
            System.arraycopy(target, 0, visible, 0, target.length);
            RawTar tar = new RawTar();
            tar.add('K', "long", visible).header('1', "cvmfs/.data/aa/bb/" + i, "", 0);
            if (i == 0 || i == 1_499) {
              tar.add('L', "long", visible).header('0', "", "", 0);
            }
            out.write(tar.toBytes());
          }
          out.write(new byte[TarEncoder.TRAILER]);
        };
    assertThat(tree(read(gzip(links))))
        .extracting(TarEntry::type)
        .containsExactly(TarEntry.Type.HARD_LINK, TarEntry.Type.FILE);
  }

  /** The digest is checked where the stream ends. */
  @Test
  void layer_isReadToItsLastByte_beforeItIsBelieved() throws IOException {
    byte[] archive = tar(file("cvmfs/r.org/a", 5));
    for (byte[] start : List.of(archive, gzip(archive), zstd(archive))) {
      byte[] blob = Arrays.copyOf(start, start.length + 100_000);
      InputStream corrupt =
          new FilterInputStream(new ByteArrayInputStream(blob)) {
            @Override
            public int read(byte[] buffer, int from, int length) throws IOException {
              int count = in.read(buffer, from, length);
              if (count < 0) {
                throw new IllegalStateException("another digest");
              }
              return count;
            }
          };
      assertThatThrownBy(() -> ForeignLayer.read(corrupt, blob.length, TYPE, PREFIX, work))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("another digest");
    }
  }

  @Test
  void foreignLayers_madeToCostMuch_areReadOrRefused() {
    Campaign.run(
        "hostile foreign layer",
        Effort.of(250, 20_000),
        number -> packed(number, HostileArchives.archive(number)),
        MOST_ALLOCATED,
        List.of(LayerFormatException.class, TarFormatException.class),
        input -> tree(read(input)));
  }

  private static byte[] packed(long number, byte[] archive) {
    try {
      return switch ((int) (number % 3)) {
        case 0 -> archive;
        case 1 -> gzip(archive);
        default -> zstd(archive);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void foreignLayers_spoilt_areReadOrRefused_andNeverPassAsOurs() throws IOException {
    byte[] plain =
        tar(
            file("cvmfs/.data/aa/bb/" + "c".repeat(36) + ".meta", 700),
            link("cvmfs/r.org/a", "cvmfs/.data/aa/bb/" + "c".repeat(36) + ".meta"),
            TarEntry.symlink(ByteString.of("cvmfs/r.org/b"), ATTRIBUTES, ByteString.of("a")),
            TarEntry.directory(ByteString.of("cvmfs/r.org/" + "x".repeat(200)), ATTRIBUTES));
    Campaign.run(
        "foreign layer",
        Effort.of(4_000, 1_000_000),
        List.of(plain, gzip(plain), zstd(plain), zstdChunked(plain)),
        List.of(LayerFormatException.class, TarFormatException.class),
        input -> {
          assertThat(PresentLayer.open(LayerForgery.ranges(input))).isEmpty();
          tree(read(input));
        });
  }
}
