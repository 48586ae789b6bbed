package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of layers stand on: a folder for temporary files, and slices of one repository. */
abstract class LayerGround {
  @TempDir Path directory;

  // Made before each test.
  @SuppressWarnings("NullAway.Init")
  WorkDirectory work;

  @BeforeEach
  void openWork() throws IOException {
    work = WorkDirectory.open(directory);
  }

  @AfterEach
  void closeWork() {
    work.close();
  }

  /** A slice of {@code r.org} with these entries. */
  Slice slice(List<Entry> tree) throws IOException {
    return slice(tree, LayerShape.USUAL);
  }

  /** The same for a layer that is built so. */
  Slice slice(List<Entry> tree, LayerShape shape) throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs", shape);
    builder.add("r.org", Map.of("src.spec", new byte[] {'/', '*', '\n'}), new ListCursor(tree));
    return builder.finish();
  }

  /** A layer as the next run finds it. */
  static PresentLayer open(byte[] layer) throws IOException {
    return PresentLayer.open(LayerForgery.ranges(layer)).orElseThrow();
  }
}
