package dev.cvmfs.injector.inject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.layer.BlobRanges;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.LayerWriter;
import dev.cvmfs.injector.layer.ObjectSources;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What layers may say of themselves. */
class LayerOriginsTest {
  private @TempDir Path directory;

  @Test
  void settingsOfALayer_areRead() throws IOException {
    PresentLayer layer = layer("x.example.org", "prefix : cvmfs\nCVMFS_CLAIM_OWNERSHIP : yes\n");

    assertThat(LayerOrigins.of(layer).repositories().get("x.example.org"))
        .satisfies(
            origin ->
                assertThat(origin.info().settings()).containsEntry("CVMFS_CLAIM_OWNERSHIP", "yes"));
    assertThat(LayerRecipe.of(layer).specifications()).containsOnlyKeys("x.example.org");
  }

  /** Nobody's configuration is wrong then. */
  @Test
  void settingsThatMakeNoSense_areAMatterOfTheLayer() throws IOException {
    for (String setting :
        List.of(
            "CVMFS_CLAIM_OWNERSHIP : maybe",
            "CVMFS_WORLD_READABLE : -",
            "CVMFS_SHRINKWRAP_SYMLINK_VARS : a")) {
      PresentLayer layer = layer("x.example.org", "prefix : cvmfs\n" + setting + "\n");

      assertThatThrownBy(() -> LayerOrigins.of(layer))
          .as(setting)
          .isInstanceOf(LayerFormatException.class)
          .hasMessageContaining("the layer");
    }
  }

  @Test
  void nameThatNoRepositoryHas_isAMatterOfTheLayer() throws IOException {
    PresentLayer layer = layer("r org", "prefix : cvmfs\n");

    assertThatThrownBy(() -> LayerOrigins.of(layer)).isInstanceOf(LayerFormatException.class);
    assertThatThrownBy(() -> LayerRecipe.of(layer))
        .isInstanceOf(LayerFormatException.class)
        .hasMessageContaining("'r org'");
  }

  /** A layer with nothing but a provenance. */
  private PresentLayer layer(String fqrn, String info) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (WorkDirectory work = WorkDirectory.open(directory)) {
      SliceBuilder builder = new SliceBuilder(work, "cvmfs");
      builder.add(
          fqrn,
          Map.of("layer.info", info.getBytes(UTF_8), "src.spec", "/*\n".getBytes(UTF_8)),
          new NoEntries());
      new LayerWriter(work)
          .write(
              builder.finish(), new ObjectSources(List.of(), Optional.empty()), out, bytes -> {});
    }
    return PresentLayer.open(new Bytes(out.toByteArray())).orElseThrow();
  }

  private static final class NoEntries implements EntryCursor {
    @Override
    public boolean hasNext() {
      return false;
    }

    @Override
    public Entry next() {
      throw new NoSuchElementException();
    }

    @Override
    public void close() {
      // Nothing is held.
    }
  }

  private static final class Bytes implements BlobRanges {
    private final byte[] bytes;

    private Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public InputStream open(long offset, long length) {
      return new ByteArrayInputStream(bytes, (int) offset, (int) length);
    }
  }
}
