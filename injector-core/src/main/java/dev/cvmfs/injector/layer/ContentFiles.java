package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.KeyedRecord;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceCodec;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEntry;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;

/**
 * The files with content in the order in which a layer has them. With hard links those are the
 * files of the store. Without, they are the visible ones, each with a content of its own, in the
 * order of the store's files that they would link to; a file of the store stands for itself only if
 * nothing would link to it.
 */
final class ContentFiles {
  private static final long SORT_MEMORY = 24L << 20;

  private final Slice slice;
  private final LayerNames names;
  private final Optional<RecordFile> links;

  private ContentFiles(Slice slice, Optional<RecordFile> links) {
    this.slice = slice;
    this.names = new LayerNames(slice.prefix());
    this.links = links;
  }

  /**
   * One file.
   *
   * @param header as it is in the archive
   * @param object what is in it
   * @param isStored whether it lies in the store
   * @param isFirst whether no file before it has the same object
   */
  record ContentFile(TarEntry header, PlannedObject object, boolean isStored, boolean isFirst) {}

  static ContentFiles of(Slice slice, WorkDirectory work) throws IOException {
    if (slice.shape().hardLinks()) {
      return new ContentFiles(slice, Optional.empty());
    }
    RecordSorter sorter = new RecordSorter(work, SORT_MEMORY);
    try (Cursor<TreeItem> tree = slice.tree()) {
      long position = 0;
      while (tree.hasNext()) {
        TarEntry entry = tree.next().entry();
        if (entry.type() == TarEntry.Type.HARD_LINK) {
          sorter.add(
              KeyedRecord.of(
                  entry.linkTarget().bytes(),
                  position++,
                  out -> SliceCodec.writeEntry(out, entry)));
        }
      }
    }
    return new ContentFiles(slice, Optional.of(sorter.toFile()));
  }

  Cursor<ContentFile> files() throws IOException {
    Cursor<PlannedObject> objects = slice.objects();
    return new FileCursor(
        names, objects, links.isPresent() ? Optional.of(links.get().read()) : Optional.empty());
  }

  /** What is in the files, one after the other. */
  Cursor<PlannedObject> objects() throws IOException {
    if (links.isEmpty()) {
      return slice.objects();
    }
    Cursor<ContentFile> files = files();
    return new Cursor<>() {
      @Override
      public boolean hasNext() {
        return files.hasNext();
      }

      @Override
      public PlannedObject next() {
        return files.next().object();
      }

      @Override
      public void close() {
        files.close();
      }
    };
  }

  private static final class FileCursor implements Cursor<ContentFile> {
    private final LayerNames names;
    private final Cursor<PlannedObject> objects;
    private final Optional<RecordFile.Reader> links;
    private Optional<PlannedObject> object = Optional.empty();
    private Optional<TarEntry> link = Optional.empty();

    private FileCursor(
        LayerNames names, Cursor<PlannedObject> objects, Optional<RecordFile.Reader> links) {
      this.names = names;
      this.objects = objects;
      this.links = links;
      advance();
    }

    private void advance() {
      link =
          links
              .filter(Iterator::hasNext)
              .map(reader -> KeyedRecord.body(reader.next(), SliceCodec::readEntry));
    }

    @Override
    public boolean hasNext() {
      return link.isPresent() || objects.hasNext();
    }

    @Override
    public ContentFile next() {
      if (object.isPresent() && leadsTo(object.get())) {
        return linked(object.get(), false);
      }
      PlannedObject next = objects.next();
      object = Optional.of(next);
      if (leadsTo(next)) {
        return linked(next, true);
      }
      TarEntry header = TarEntry.file(names.object(next.name()), next.attributes(), next.size());
      return new ContentFile(header, next, true, true);
    }

    private boolean leadsTo(PlannedObject candidate) {
      return link.isPresent() && link.get().linkTarget().equals(names.object(candidate.name()));
    }

    private ContentFile linked(PlannedObject target, boolean isFirst) {
      TarEntry entry = link.orElseThrow();
      advance();
      TarEntry header = TarEntry.file(entry.name(), entry.attributes(), target.size());
      return new ContentFile(header, target, false, isFirst);
    }

    @Override
    public void close() {
      objects.close();
      links.ifPresent(RecordFile.Reader::close);
    }
  }
}
