package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.SortedMerge;
import java.io.IOException;
import java.util.Comparator;
import java.util.function.Consumer;

/** What distinguishes the visible trees of a layer from those of a slice, entry by entry. */
public final class LayerComparison {
  private LayerComparison() {}

  /**
   * An entry and how much content it leads to.
   *
   * @param bytes of content, also where the entry is a hard link
   */
  public record SizedEntry(TarEntry entry, long bytes) {}

  /**
   * Tells all that leads from the layer to the slice, in path order.
   *
   * @throws LayerFormatException if the layer is damaged
   */
  public static void changes(PresentLayer layer, Slice slice, Consumer<Change<SizedEntry>> changes)
      throws IOException {
    ContentSizes present = new ContentSizes();
    try (Cursor<IndexRecord> index = layer.index()) {
      index.forEachRemaining(
          record ->
              present.add(
                  record.name(),
                  record.members().stream().mapToLong(StoredMember::plainSize).sum()));
    }
    ContentSizes wanted = new ContentSizes();
    try (Cursor<PlannedObject> objects = slice.objects()) {
      objects.forEachRemaining(object -> wanted.add(object.name(), object.size()));
    }
    HiddenPaths hidden = new HiddenPaths(slice.prefix());
    try (Cursor<TreeItem> before = layer.tree();
        Cursor<TreeItem> after = slice.tree()) {
      SortedMerge<TreeItem> merge =
          new SortedMerge<>(before, after, Comparator.comparing(LayerChanges::path));
      while (merge.hasNext()) {
        Change<TreeItem> change = merge.next();
        if (!(change instanceof Change.Kept<TreeItem>) && !hidden.contain(change.subject())) {
          changes.accept(change.map(item -> sized(item, present), item -> sized(item, wanted)));
        }
      }
    }
  }

  private static SizedEntry sized(TreeItem item, ContentSizes sizes) {
    TarEntry entry = item.entry();
    boolean link = entry.type() == TarEntry.Type.HARD_LINK;
    return new SizedEntry(entry, link ? sizes.of(entry.linkTarget()) : entry.size());
  }
}
