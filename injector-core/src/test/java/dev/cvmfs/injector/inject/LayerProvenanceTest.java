package dev.cvmfs.injector.inject;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.layer.BlobRanges;
import dev.cvmfs.injector.layer.HostileLayers;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.shrinkwrap.campaign.Campaign;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

class LayerProvenanceTest {
  private static final long MOST_ALLOCATED = 250L << 20;

  /** What is kept of it is what counts, not what goes by. */
  @Test
  void filesOfLayers_madeToCostMuch_areFewOrRefused() {
    Campaign.run(
        "provenance of a hostile layer",
        Effort.of(150, 10_000),
        HostileLayers::layer,
        MOST_ALLOCATED,
        List.of(LayerFormatException.class, TarFormatException.class),
        input -> {
          SortedMap<String, SortedMap<String, byte[]>> files =
              LayerProvenance.files(PresentLayer.open(new Bytes(input)).orElseThrow());
          long bytes =
              files.values().stream()
                  .flatMap(repository -> repository.values().stream())
                  .mapToLong(content -> content.length)
                  .sum();
          assertThat(bytes).isLessThan(2 * LayerLimits.LARGEST_PROVENANCE);
          assertThat(files.values().stream().mapToInt(Map::size).sum()).isLessThan(100_000);
        });
  }

  // Lives as long as one input.
  @SuppressWarnings("ArrayRecordComponent")
  private record Bytes(byte[] blob) implements BlobRanges {
    @Override
    public long size() {
      return blob.length;
    }

    @Override
    public InputStream open(long offset, long length) {
      return new ByteArrayInputStream(blob, (int) offset, (int) length);
    }
  }
}
