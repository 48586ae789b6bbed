package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.SortedMerge;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.BiPredicate;

/**
 * What distinguishes a slice from a layer that is there already, counted in entries of the visible
 * trees.
 *
 * @param identical whether the layer says of itself, in its tree and its index, that it is what
 *     writing the slice would give. Nothing of its content is looked at, so a forged layer may say
 *     so wrongly; {@link LayerProof} tells
 */
public record LayerChanges(long added, long changed, long removed, long kept, boolean identical) {
  private static final Comparator<TreeItem> BY_PATH = Comparator.comparing(LayerChanges::path);

  /** Everything is new: there is no layer, or none whose contents we know. */
  public static LayerChanges allNew(Slice slice) {
    return new LayerChanges(slice.visibleCount(), 0, 0, 0, false);
  }

  /** The same, though the layer is not what it says that it is. */
  public LayerChanges inOtherBytes() {
    return new LayerChanges(added, changed, removed, kept, false);
  }

  /** These and others. */
  public LayerChanges plus(LayerChanges other) {
    return new LayerChanges(
        added + other.added,
        changed + other.changed,
        removed + other.removed,
        kept + other.kept,
        identical && other.identical);
  }

  /**
   * Compares by one merge of the two sorted trees and one of the two sorted lists of objects.
   *
   * @throws LayerFormatException if the layer is damaged
   */
  public static LayerChanges between(Slice slice, PresentLayer layer) throws IOException {
    try (Cursor<TreeItem> present = layer.tree()) {
      LayerChanges ofTree = between(present, slice, TreeItem::equals);
      return ofTree.identical() && !sameObjects(slice, layer) ? ofTree.inOtherBytes() : ofTree;
    }
  }

  /**
   * Compares with a layer that is not in our format, whose tree says less: what names the content
   * of a file is taken from its link into the store, and where the archive has whole seconds, whole
   * seconds are compared. Such a layer is replaced anyway, so it is never identical.
   *
   * @throws LayerFormatException if the layer is damaged
   */
  public static LayerChanges between(Slice slice, ForeignLayer layer) throws IOException {
    try (Cursor<TreeItem> present = layer.tree()) {
      return between(present, slice, LayerChanges::isAlike).inOtherBytes();
    }
  }

  private static boolean isAlike(TreeItem present, TreeItem wanted) {
    return ForeignEntries.isAlike(present.entry(), wanted.entry());
  }

  /** Counts what distinguishes the trees; they are identical if what is hidden is equal as well. */
  private static LayerChanges between(
      Cursor<TreeItem> present, Slice slice, BiPredicate<TreeItem, TreeItem> alike)
      throws IOException {
    HiddenPaths hidden = new HiddenPaths(slice.prefix());
    long added = 0;
    long changed = 0;
    long removed = 0;
    long kept = 0;
    boolean sameHidden = true;
    try (Cursor<TreeItem> wanted = slice.tree()) {
      SortedMerge<TreeItem> merge = new SortedMerge<>(present, wanted, BY_PATH);
      while (merge.hasNext()) {
        Change<TreeItem> change = merge.next();
        if (hidden.contain(change.subject())) {
          sameHidden &= change instanceof Change.Kept<TreeItem>;
        } else if (change.before().isEmpty()) {
          added++;
        } else if (change.after().isEmpty()) {
          removed++;
        } else if (alike.test(change.before().get(), change.after().get())) {
          kept++;
        } else {
          changed++;
        }
      }
    }
    boolean same = sameHidden && added + changed + removed == 0;
    return new LayerChanges(added, changed, removed, kept, same);
  }

  /** The place of an entry in the order of the tree. */
  static TreePath path(TreeItem item) {
    try {
      return TreePath.ofRelative(item.entry().name());
    } catch (IllegalArgumentException e) {
      throw new LayerFormatException("the layer has an entry " + item.entry().name());
    }
  }

  private static boolean sameObjects(Slice slice, PresentLayer layer) throws IOException {
    try (Cursor<PlannedObject> wanted = slice.objects();
        Cursor<IndexRecord> present = layer.index()) {
      while (wanted.hasNext() && present.hasNext()) {
        if (!sameObject(wanted.next(), present.next())) {
          return false;
        }
      }
      return !wanted.hasNext() && !present.hasNext();
    }
  }

  private static boolean sameObject(PlannedObject wanted, IndexRecord present) {
    long[] wantedSizes = wanted.objects().stream().mapToLong(o -> o.size()).toArray();
    long[] presentSizes = present.members().stream().mapToLong(m -> m.plainSize()).toArray();
    return wanted.name().equals(present.name()) && Arrays.equals(wantedSizes, presentSizes);
  }
}
