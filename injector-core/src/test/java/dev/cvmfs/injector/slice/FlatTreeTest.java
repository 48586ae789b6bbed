package dev.cvmfs.injector.slice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The visible trees without a store. */
class FlatTreeTest {
  private static final String LOW = "0";
  private static final String HIGH = "f";

  @TempDir Path directory;
  private WorkDirectory work;

  @BeforeEach
  void openWork() throws IOException {
    work = WorkDirectory.open(directory);
  }

  @AfterEach
  void closeWork() {
    work.close();
  }

  @Test
  void firstOfEachContent_isTheFile_andTheOthersAreLinksToIt() throws IOException {
    // In the store the contents come the other way round.
    FlatTree tree = tree(60_000, file("/a", HIGH, 5), file("/b", LOW, 5), file("/c", HIGH, 5));

    assertThat(describe(tree)).containsExactly("a: ff", "b: 00", "c -> cvmfs/r.org/a");
    assertThat(order(tree)).containsExactly("ff", "00");
  }

  @Test
  void filesOfAnotherTime_areFilesOfTheirOwn() throws IOException {
    FlatTree tree = tree(60_000, file("/a", LOW, 7), file("/b", LOW, 5), file("/c", LOW, 7));

    assertThat(describe(tree)).containsExactly("a: 00", "b: 00", "c -> cvmfs/r.org/a");
  }

  @Test
  void moreLinksThanAnInodeMayHave_startAnotherFile() throws IOException {
    FlatTree tree =
        tree(2, file("/a", LOW, 5), file("/b", LOW, 5), file("/c", LOW, 5), file("/d", LOW, 5));

    assertThat(describe(tree))
        .containsExactly("a: 00", "b -> cvmfs/r.org/a", "c: 00", "d -> cvmfs/r.org/c");
  }

  private FlatTree tree(int linkLimit, Entry... entries) throws IOException {
    SliceBuilder builder =
        new SliceBuilder(work, "cvmfs", LayerShape.USUAL, linkLimit, 10, LayerLimits.MOST_ENTRIES);
    builder.add("r.org", Map.of(), cursor(List.of(entries)));
    return FlatTree.of(builder.finish(), work);
  }

  private static Entry file(String path, String digit, long time) {
    ContentHash hash = ContentHash.parse(digit.repeat(40));
    return new Entry.RegularFile(
        TreePath.of(path),
        new Attributes(0644, 0, 0, new Timestamp(time, 0), Xattrs.NONE),
        7,
        hash,
        List.of(new ObjectRef(hash, ObjectKind.DATA, Compression.ZLIB, 7)),
        0);
  }

  private static List<String> describe(FlatTree tree) throws IOException {
    List<String> described = new ArrayList<>();
    try (Cursor<FlatItem> items = tree.items()) {
      while (items.hasNext()) {
        FlatItem item = items.next();
        String name = item.entry().name().toString().substring("cvmfs/r.org/".length());
        described.add(
            item.entry().type() == TarEntry.Type.HARD_LINK
                ? name + " -> " + item.entry().linkTarget()
                : name + ": " + item.content().map(FlatTreeTest::digits).orElse(""));
      }
    }
    return described;
  }

  private static List<String> order(FlatTree tree) throws IOException {
    List<String> order = new ArrayList<>();
    try (Cursor<PlannedObject> objects = tree.open()) {
      objects.forEachRemaining(object -> order.add(digits(object)));
    }
    return order;
  }

  private static String digits(PlannedObject object) {
    return object.name().content().hex().substring(0, 2);
  }

  private static EntryCursor cursor(List<Entry> entries) {
    Iterator<Entry> iterator = entries.iterator();
    return new EntryCursor() {
      @Override
      public boolean hasNext() {
        return iterator.hasNext();
      }

      @Override
      public Entry next() {
        return iterator.next();
      }

      @Override
      public void close() {
        // Nothing is held.
      }
    };
  }
}
