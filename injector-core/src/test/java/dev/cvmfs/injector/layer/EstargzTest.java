package dev.cvmfs.injector.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.injector.tar.TarReader;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reads layers as a runtime does that pulls them lazily: by footer, table of contents and chunks.
 */
class EstargzTest {
  private static final LayerShape ESTARGZ = new LayerShape(true, false, true);

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

  /** A layer and what its writer said of it. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Layer(byte[] bytes, WrittenLayer written) {
    int tocOffset() {
      String footer = new String(bytes, bytes.length - 51, 51, StandardCharsets.ISO_8859_1);
      assertThat(footer.substring(32, 38)).isEqualTo("STARGZ");
      return Integer.parseInt(footer.substring(16, 32), 16);
    }

    /** What the gzip member at an offset holds. */
    byte[] member(int offset) throws IOException {
      try (InputStream in =
          GzipCompressorInputStream.builder()
              .setInputStream(new ByteArrayInputStream(bytes, offset, bytes.length - offset))
              .setDecompressConcatenated(false)
              .get()) {
        return in.readAllBytes();
      }
    }

    byte[] tocJson() throws IOException {
      TarReader reader = new TarReader(new ByteArrayInputStream(member(tocOffset())));
      assertThat(reader.next().orElseThrow().name()).hasToString("stargz.index.json");
      byte[] json = reader.readContent(1 << 24);
      assertThat(reader.next()).isEmpty();
      return json;
    }
  }

  private Layer write(List<Entry> entries, MemoryStore store) throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs", ESTARGZ);
    byte[] specification = ("# long\n".repeat(20_000) + "/*\n").getBytes(StandardCharsets.UTF_8);
    builder.add("r.org", Map.of("src.spec", specification), new ListCursor(entries));
    Slice slice = builder.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    WrittenLayer written =
        new LayerWriter(work)
            .write(slice, new ObjectSources(List.of(store), Optional.empty()), out, bytes -> {});
    return new Layer(out.toByteArray(), written);
  }

  @Test
  void tableOfContents_namesAllEntries_andEachChunkByItself() throws IOException {
    for (int seed = 0; seed < 10; seed++) {
      MemoryStore store = new MemoryStore();
      Layer layer =
          write(RandomEntries.randomTree(new Random(seed), store, new HashMap<>()), store);
      byte[] json = layer.tocJson();
      assertThat(layer.written().toc()).contains(Digest.sha256(json));
      JsonNode toc = new ObjectMapper().readTree(json);
      assertThat(toc.path("version").asInt()).isEqualTo(1);

      TarReader archive =
          new TarReader(new ByteArrayInputStream(LayerRoundTripTest.gunzip(layer.bytes())));
      List<JsonNode> rest = new ArrayList<>();
      toc.path("entries").forEach(rest::add);
      assertThat(rest.get(0).path("name").asText()).isEqualTo(".no.prefetch.landmark");
      TarEntry last = archive.next().orElseThrow();
      while (!rest.isEmpty()) {
        JsonNode first = rest.remove(0);
        assertThat(first.path("name").asText().replaceFirst("/$", ""))
            .isEqualTo(last.name().toString());
        assertThat(first.path("mode").asInt()).isEqualTo(last.attributes().permissions());
        byte[] content = archive.readContent(1 << 24);
        if (content.length > 0) {
          assertThat(chunks(layer, first, rest)).isEqualTo(content);
          assertThat(first.path("digest").asText()).isEqualTo(Digest.sha256(content).toString());
        }
        last = archive.next().orElseThrow();
      }
      assertThat(last.name()).hasToString("stargz.index.json");
    }
  }

  /** The content of a file, put together of what its chunks' offsets lead to. */
  private static byte[] chunks(Layer layer, JsonNode first, List<JsonNode> rest)
      throws IOException {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    JsonNode chunk = first;
    while (true) {
      int left = first.path("size").asInt() - content.size();
      int size = chunk.has("chunkSize") ? chunk.path("chunkSize").asInt() : left;
      assertThat(chunk.path("chunkOffset").asInt()).isEqualTo(content.size());
      byte[] member = layer.member(chunk.path("offset").asInt());
      assertThat(member.length).isGreaterThanOrEqualTo(size);
      content.write(member, 0, size);
      assertThat(chunk.path("chunkDigest").asText())
          .isEqualTo(Digest.sha256(Arrays.copyOf(member, size)).toString());
      if (size == left) {
        return content.toByteArray();
      }
      chunk = rest.remove(0);
      assertThat(chunk.path("type").asText()).isEqualTo("chunk");
    }
  }

  @Test
  void timesBeyondAllCalendars_areLeftOutOfTheTable() throws IOException {
    MemoryStore store = new MemoryStore();
    long lastSecond = 253_402_300_799L;
    List<Entry> entries = new ArrayList<>();
    entries.add(RandomEntries.directory("/", RandomEntries.NOON));
    for (long seconds :
        new long[] {Long.MIN_VALUE, -1L << 50, lastSecond, lastSecond + 1, Long.MAX_VALUE}) {
      String path = "/d%d".formatted(entries.size());
      entries.add(RandomEntries.directory(path, new Timestamp(seconds, 0)));
    }

    String toc =
        new String(write(entries, store).tocJson(), StandardCharsets.UTF_8)
            .replaceAll(".*(?=\\{\"name\":\"cvmfs/r.org/d1/\")", "");

    assertThat(toc).contains("9999-12-31T23:59:59Z").containsOnlyOnce("\"modtime\":\"9999");
    assertThat(toc.split("\"name\":\"cvmfs/r.org/d", -1)).hasSize(6);
  }

  /** Before anything is fetched or packed, and so in a dry run as well. */
  @Test
  void whatIsNotUtf8_isRefusedBySlice() throws IOException {
    Entry root = RandomEntries.directory("/", RandomEntries.NOON);
    byte[] latin = {(byte) 0xe4};
    SortedMap<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
    xattrs.put(new byte[] {'u', 's', 'e', 'r', '.', (byte) 0xe4}, latin);
    for (Entry entry :
        List.of(
            new Entry.Directory(TreePath.of(new byte[] {'/', (byte) 0xe4}), root.attributes()),
            new Entry.Symlink(TreePath.of("/a"), root.attributes(), ByteString.of(latin)),
            new Entry.Directory(
                TreePath.of("/a"),
                new Attributes(0755, 0, 0, RandomEntries.NOON, Xattrs.of(xattrs))))) {
      List<Entry> entries = List.of(root, entry);
      SliceBuilder builder = new SliceBuilder(work, "cvmfs", ESTARGZ);
      assertThatThrownBy(() -> builder.add("r.org", Map.of(), new ListCursor(entries)))
          .isInstanceOf(CvmfsFailure.Data.class)
          .hasMessageContaining(" cannot be in an eStargz layer");

      new SliceBuilder(work, "cvmfs").add("r.org", Map.of(), new ListCursor(entries));
    }
  }

  @Test
  void shapesThatAreNoEstargz_areRefused() {
    assertThatThrownBy(() -> new LayerShape(false, false, true)).isInstanceOf(ConfFailure.class);
    assertThatThrownBy(() -> new LayerShape(true, true, true)).isInstanceOf(ConfFailure.class);
  }
}
