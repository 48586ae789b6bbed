package dev.cvmfs.injector.slice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ExternalSource;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.spec.SpecFailure;
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
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SliceBuilderTest {
  private static final ContentHash HASH =
      ContentHash.parse("bb60abcc605206264854d97f72524eae6c6652c1");
  private static final String PLAIN =
      "cvmfs/.data/bb/60/abcc605206264854d97f72524eae6c6652c1.ec39f54ab7a04aa0bdbb21582e4726e8";

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

  /** File systems limit how many links an inode may have. */
  @Test
  void finish_withMoreLinksThanAnInodeMayHave_startsFurtherCopies() throws IOException {
    SliceBuilder builder =
        new SliceBuilder(work, "cvmfs", LayerShape.USUAL, 3, 10, LayerLimits.MOST_ENTRIES);
    builder.add("r.org", Map.of(), cursor(files(8, 0)));
    Slice slice = builder.finish();
    assertThat(targets(slice))
        .containsExactly(
            PLAIN,
            PLAIN,
            PLAIN,
            PLAIN + "+1",
            PLAIN + "+1",
            PLAIN + "+1",
            PLAIN + "+2",
            PLAIN + "+2");
    assertThat(slice.objectCount()).isEqualTo(3);
    assertThat(slice.contentBytes()).isEqualTo(21);
  }

  @Test
  void objects_ofExternalFiles_keepWhereTheyAre() throws IOException {
    ObjectRef chunk =
        new ObjectRef(
            HASH,
            ObjectKind.CHUNK,
            Compression.NONE,
            7,
            Optional.of(new ExternalSource("/a%20b", 14, false)));
    Attributes attributes = new Attributes(0644, 0, 0, new Timestamp(0, 0), Xattrs.NONE);
    Entry file = new Entry.RegularFile(TreePath.of("/a b"), attributes, 7, HASH, List.of(chunk), 0);
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    builder.add("r.org", Map.of(), cursor(List.of(file)));
    try (Cursor<PlannedObject> objects = builder.finish().objects()) {
      assertThat(objects.next().objects()).containsExactly(chunk);
    }
  }

  @Test
  void finish_ofTwoRepositoriesWithTheSameContent_storesItOnce() throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    builder.add("a.org", Map.of(), cursor(files(1, 0)));
    builder.add("b.org", Map.of(), cursor(files(1, 0)));
    Slice slice = builder.finish();
    assertThat(targets(slice)).containsExactly(PLAIN, PLAIN);
    assertThat(slice.objectCount()).isEqualTo(1);
  }

  @Test
  void finish_ofVariants_namesThemInTheOrderOfTheStore() throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    List<Entry> entries = files(1, 500);
    entries.addAll(files(1, 7).stream().map(e -> moved(e, "/z")).toList());
    entries.addAll(files(1, -3).stream().map(e -> moved(e, "/zz")).toList());
    builder.add("r.org", Map.of(), cursor(entries));
    Slice slice = builder.finish();
    assertThat(targets(slice)).containsExactly(PLAIN + "~500", PLAIN + "~7", PLAIN);
    List<String> names = new ArrayList<>();
    try (Cursor<PlannedObject> objects = slice.objects()) {
      objects.forEachRemaining(object -> names.add("cvmfs/.data/" + object.name().path()));
    }
    assertThat(names).containsExactly(PLAIN, PLAIN + "~500", PLAIN + "~7").isSorted();
  }

  /** A popular content may have a variant for each of a million times of modification. */
  @Test
  void finish_ofMoreVariantsThanFitIntoMemory_isAsIfTheyDid() throws IOException {
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      int time = i * 7919 % 1009 - 300;
      String path = "/%03d".formatted(i);
      entries.addAll(files(1, time).stream().map(e -> moved(e, path)).toList());
    }
    List<List<PlannedObject>> all = new ArrayList<>();
    for (int inMemory : List.of(1000, 7)) {
      SliceBuilder builder =
          new SliceBuilder(work, "cvmfs", LayerShape.USUAL, 2, inMemory, LayerLimits.MOST_ENTRIES);
      builder.add("r.org", Map.of(), cursor(entries));
      Slice slice = builder.finish();
      List<PlannedObject> planned = new ArrayList<>();
      try (Cursor<PlannedObject> objects = slice.objects()) {
        objects.forEachRemaining(planned::add);
      }
      assertThat(slice.contentBytes()).isEqualTo(7L * planned.size());
      all.add(planned);
    }
    assertThat(all.get(1)).hasSize(300).isEqualTo(all.get(0));
  }

  /** A catalog may claim any hash for a chunked file; only the hashes of its chunks are proven. */
  @Test
  void finish_withAForeignClaimToTheSameContent_keepsThemApart() throws IOException {
    ContentHash chunk = ContentHash.parse("0c0c0c0c05206264854d97f72524eae6c6652c10");
    Attributes attributes = new Attributes(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
    Entry claim =
        new Entry.RegularFile(
            TreePath.of("/f0"),
            attributes,
            7,
            HASH,
            List.of(new ObjectRef(chunk, ObjectKind.CHUNK, Compression.ZLIB, 7)),
            0);
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    builder.add("a.org", Map.of(), cursor(List.of(claim)));
    builder.add("b.org", Map.of(), cursor(files(1, 0)));
    Slice slice = builder.finish();
    assertThat(targets(slice).get(1)).isEqualTo(PLAIN);
    assertThat(targets(slice).get(0)).matches(Pattern.quote(PLAIN) + "~0c[0-9a-f]{32}");
  }

  /** The names of most layers' objects must not depend on how they are stored. */
  @Test
  void finish_ofUncompressedContentInOneVariant_givesItThePlainName() throws IOException {
    ObjectRef object = new ObjectRef(HASH, ObjectKind.DATA, Compression.NONE, 7);
    Entry.RegularFile compressed = (Entry.RegularFile) files(1, 0).get(0);
    Entry file =
        new Entry.RegularFile(
            compressed.path(), compressed.attributes(), 7, HASH, List.of(object), 0);
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    builder.add("a.org", Map.of(), cursor(List.of(file, moved(file, "/g"))));
    assertThat(targets(builder.finish())).containsExactly(PLAIN, PLAIN);
  }

  @Test
  void add_ofWhatALayerCannotSay_isRefused() throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    List<Entry> whiteout = List.of(moved(files(1, 0).get(0), "/.wh.f"));
    assertThatThrownBy(() -> builder.add("r.org", Map.of(), cursor(whiteout)))
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("/cvmfs/r.org/.wh.f")
        .hasMessageContaining("'delete'");
  }

  /** What a reader takes for damage must not be written. */
  @Test
  void add_ofMoreEntriesThanALayerMayHave_isRefused() throws IOException {
    Map<String, byte[]> provenance = Map.of("src.spec", new byte[0]);
    List<Entry> five = files(5, 0);
    // The entries with the two folders, and of each repository a folder, a file and a list.
    int most = 2 + 2 * (3 + five.size());
    SliceBuilder fits = new SliceBuilder(work, "cvmfs", LayerShape.USUAL, 3, 10, most);
    fits.add("a.org", provenance, cursor(five));
    fits.add("b.org", provenance, cursor(five));
    assertThat(fits.finish().visibleCount()).isEqualTo(2L * five.size());

    SliceBuilder tooMany = new SliceBuilder(work, "cvmfs", LayerShape.USUAL, 3, 10, most - 1);
    tooMany.add("a.org", provenance, cursor(five));
    assertThatThrownBy(() -> tooMany.add("b.org", provenance, cursor(five)))
        .isInstanceOf(SpecFailure.class)
        .hasMessageContaining("b.org")
        .hasMessageContaining("room for %d entries".formatted(most - 1));
  }

  @Test
  void add_outOfOrder_isRefused() throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    builder.add("b.org", Map.of(), cursor(List.of()));
    assertThatThrownBy(() -> builder.add("a.org", Map.of(), cursor(List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a.org after b.org");
  }

  @Test
  void trees_readAtOnce_areTheSame() throws IOException {
    SliceBuilder builder = new SliceBuilder(work, "cvmfs");
    builder.add("r.org", Map.of(), cursor(files(5, 0)));
    Slice slice = builder.finish();
    try (Cursor<TreeItem> one = slice.tree();
        Cursor<TreeItem> other = slice.tree()) {
      assertThat(one.next()).isEqualTo(other.next());
      try (Cursor<TreeItem> late = slice.tree()) {
        assertThat(late.next()).isNotNull();
      }
      while (one.hasNext()) {
        assertThat(one.next()).isEqualTo(other.next());
      }
      assertThat(other.hasNext()).isFalse();
    }
  }

  private static List<String> targets(Slice slice) throws IOException {
    List<String> targets = new ArrayList<>();
    try (Cursor<TreeItem> tree = slice.tree()) {
      while (tree.hasNext()) {
        String target = tree.next().entry().linkTarget().toString();
        if (!target.isEmpty()) {
          targets.add(target);
        }
      }
    }
    return targets;
  }

  private static List<Entry> files(int count, long mtime) {
    ObjectRef object = new ObjectRef(HASH, ObjectKind.DATA, Compression.ZLIB, 7);
    Attributes attributes = new Attributes(0644, 0, 0, new Timestamp(mtime, 0), Xattrs.NONE);
    List<Entry> files = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      files.add(
          new Entry.RegularFile(TreePath.of("/f" + i), attributes, 7, HASH, List.of(object), 0));
    }
    return files;
  }

  private static Entry moved(Entry entry, String path) {
    Entry.RegularFile file = (Entry.RegularFile) entry;
    return new Entry.RegularFile(
        TreePath.of(path), file.attributes(), file.size(), file.identity(), file.objects(), 0);
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
