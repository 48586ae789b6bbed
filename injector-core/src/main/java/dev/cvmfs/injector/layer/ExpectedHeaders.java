package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.FixedAttributes;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * All headers that {@link LayerWriter} writes for a slice. How long the index and an eStargz's
 * table of contents are depends on where the members lie, so their sizes are left at 0.
 */
final class ExpectedHeaders {
  private final Slice slice;
  private final LayerNames names;
  private final Set<ByteString> unsized;
  private final HeaderSorter headers;

  private ExpectedHeaders(Slice slice, WorkDirectory work) {
    this.slice = slice;
    this.names = new LayerNames(slice.prefix());
    this.unsized = Set.of(names.index(), Stargz.TOC_NAME);
    this.headers = new HeaderSorter(work);
  }

  /** Collects them all. */
  static ExpectedHeaders of(Slice slice, WorkDirectory work) throws IOException {
    ExpectedHeaders expected = new ExpectedHeaders(slice, work);
    expected.addFrame();
    expected.addFiles(ContentFiles.of(slice, work));
    expected.addTree();
    return expected;
  }

  /** How many bytes they take up. */
  long bytes() {
    return headers.bytes();
  }

  /** They, by name. */
  HeaderSorter.Sorted sorted() throws IOException {
    return headers.sorted();
  }

  /** A header as it can be compared with one of these. */
  TarEntry comparable(TarEntry header) {
    return header.type() == TarEntry.Type.FILE && unsized.contains(header.name())
        ? TarEntry.file(header.name(), header.attributes(), 0)
        : header;
  }

  private void addFrame() throws IOException {
    headers.add(TarEntry.directory(slice.prefix(), FixedAttributes.PUBLIC));
    headers.add(TarEntry.directory(names.data(), FixedAttributes.PRIVATE));
    headers.add(TarEntry.file(names.index(), FixedAttributes.PRIVATE_FILE, 0));
    if (slice.shape().estargz()) {
      headers.add(
          TarEntry.file(Stargz.LANDMARK, FixedAttributes.PUBLIC_FILE, Stargz.LANDMARK_SIZE));
      headers.add(TarEntry.file(Stargz.TOC_NAME, FixedAttributes.PUBLIC_FILE, 0));
    }
  }

  private void addFiles(ContentFiles contentFiles) throws IOException {
    String directory = "";
    try (Cursor<ContentFiles.ContentFile> files = contentFiles.files()) {
      while (files.hasNext()) {
        ContentFiles.ContentFile file = files.next();
        if (file.isStored()) {
          List<TarEntry> directories = new ArrayList<>();
          directory =
              EntriesWriter.directoriesOf(
                  directory, file.object().name().path(), names, directories::add);
          for (TarEntry entry : directories) {
            headers.add(entry);
          }
        }
        headers.add(file.header());
      }
    }
  }

  /** Without hard links the tree is the content of a file, and what is no link comes besides. */
  private void addTree() throws IOException {
    boolean linked = slice.shape().hardLinks();
    long bytes = 0;
    try (Cursor<TreeItem> tree = slice.tree()) {
      while (tree.hasNext()) {
        TreeItem item = tree.next();
        TarEntry entry = item.entry();
        if (linked || entry.type() != TarEntry.Type.HARD_LINK) {
          headers.add(entry);
        }
        if (!linked) {
          long content = item.content().length();
          bytes += TarEncoder.encode(entry).length + content + TarEncoder.padding(content);
          if (entry.type() == TarEntry.Type.DIRECTORY) {
            headers.add(entry);
          }
        }
      }
    }
    if (!linked) {
      headers.add(TarEntry.file(names.tree(), FixedAttributes.PRIVATE_FILE, bytes));
    }
  }
}
