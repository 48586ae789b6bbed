package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.FixedAttributes;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceCodec;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Writes the entries of a layer, in the order that {@link LayerWriter} shows. */
final class EntriesWriter {
  private static final long SORT_MEMORY = 24L << 20;

  private final Slice slice;
  private final LayerNames names;
  private final boolean single;
  private final MemberWriter members;
  private final WorkDirectory work;
  private String lastDirectory = "";

  /**
   * @param members takes them
   * @param work for the index, which is as long as there are objects
   */
  EntriesWriter(Slice slice, MemberWriter members, WorkDirectory work) {
    this.slice = slice;
    this.names = new LayerNames(slice.prefix());
    this.single = slice.shape().singleMember();
    this.members = members;
    this.work = work;
  }

  /**
   * Writes all, up to the padding of the last.
   *
   * @param files those with content, which comes in their order
   * @return where what is
   */
  LayerFooter write(ContentFiles files, ContentSource content, LongConsumer progress)
      throws IOException {
    members.header(TarEntry.directory(slice.prefix(), FixedAttributes.PUBLIC));
    members.header(TarEntry.directory(names.data(), FixedAttributes.PRIVATE));
    Index index = writeContent(files, content, progress);
    if (!slice.shape().hardLinks()) {
      writeUnlinkedTree();
    }
    long treeStart = members.cut();
    writeTree();
    members.header(TarEntry.file(names.index(), FixedAttributes.PRIVATE_FILE, index.bytes()));
    long indexStart = members.cut();
    members.startContent();
    try (RecordFile.Reader records = index.records().read()) {
      while (records.hasNext()) {
        members.glue(records.next());
      }
    }
    members.endContent();
    long indexEnd = members.cut();
    members.glue(new byte[TarEncoder.padding(index.bytes())]);
    return new LayerFooter(treeStart, indexStart, indexEnd, single);
  }

  private Index writeContent(
      ContentFiles contentFiles, ContentSource content, LongConsumer progress) throws IOException {
    IndexEncoder encoder = new IndexEncoder();
    long indexBytes = 0;
    try (RecordFile.Writer index = RecordFile.create(work.newFile("index"));
        Cursor<ContentFiles.ContentFile> files = contentFiles.files()) {
      // An index is never empty, so that tree, index and footer always have an order.
      index.add(IndexEncoder.magic(single));
      indexBytes += IndexEncoder.magic(single).length;
      while (files.hasNext()) {
        ContentFiles.ContentFile file = files.next();
        PlannedObject object = file.object();
        if (file.isStored()) {
          writeDirectories(object.name().path());
        }
        members.header(file.header());
        long start = members.cut();
        List<StoredMember> stored = new ArrayList<>(object.objects().size());
        for (int i = 0; i < object.objects().size(); i++) {
          StoredMember member = members.end(content.next(object, i).writeTo(members));
          progress.accept(member.plainSize());
          stored.add(member);
        }
        members.glue(new byte[TarEncoder.padding(object.size())]);
        if (file.isFirst()) {
          byte[] indexRecord = encoder.encode(new IndexRecord(object.name(), start, stored));
          index.add(indexRecord);
          indexBytes += indexRecord.length;
        }
      }
      return new Index(index.finish(), indexBytes);
    }
  }

  private void writeDirectories(String path) throws IOException {
    List<TarEntry> directories = new ArrayList<>(2);
    lastDirectory = directoriesOf(lastDirectory, path, names, directories::add);
    for (TarEntry directory : directories) {
      members.header(directory);
    }
  }

  /**
   * Gives the two directories of a name in the store where they are new.
   *
   * @param last the inner directory of the name before; empty at first
   * @return the inner directory of this one
   */
  static String directoriesOf(
      String last, String path, LayerNames names, Consumer<TarEntry> directories) {
    String inner = path.substring(0, 5);
    if (inner.equals(last)) {
      return last;
    }
    if (last.isEmpty() || !last.substring(0, 2).equals(inner.substring(0, 2))) {
      directories.accept(directory(names, inner.substring(0, 2)));
    }
    directories.accept(directory(names, inner));
    return inner;
  }

  private static TarEntry directory(LayerNames names, String path) {
    return TarEntry.directory(names.dataDirectory(path), FixedAttributes.PRIVATE);
  }

  /**
   * What is not content, and the header of the file that holds the tree as it would be with hard
   * links: by that, and not by headers all over the layer, the next refresh knows it.
   *
   * <p>Directories come a second time at the end, each before the one that it is in: some programs
   * set a directory's time at once, and what is made in it later changes it; others can put it off,
   * if the directory comes before what is in it.
   */
  private void writeUnlinkedTree() throws IOException {
    long bytes = 0;
    RecordSorter directories = new RecordSorter(work, SORT_MEMORY);
    try (Cursor<TreeItem> tree = slice.tree()) {
      for (long position = Long.MAX_VALUE; tree.hasNext(); position--) {
        TreeItem item = tree.next();
        bytes += TarEncoder.encode(item.entry()).length;
        bytes += item.content().length() + TarEncoder.padding(item.content().length());
        if (item.entry().type() != TarEntry.Type.HARD_LINK) {
          write(item);
        }
        if (item.entry().type() == TarEntry.Type.DIRECTORY) {
          directories.add(record(position, item.entry()));
        }
      }
    }
    try (RecordSorter.Sorted sorted = directories.sorted()) {
      while (sorted.hasNext()) {
        members.header(SliceCodec.parse(sorted.next(), Long.BYTES, SliceCodec::readEntry));
      }
    }
    members.header(TarEntry.file(names.tree(), FixedAttributes.PRIVATE_FILE, bytes));
  }

  private static byte[] record(long position, TarEntry entry) {
    return SliceCodec.record(
        out -> {
          out.writeLong(position);
          SliceCodec.writeEntry(out, entry);
        });
  }

  private void writeTree() throws IOException {
    try (Cursor<TreeItem> tree = slice.tree()) {
      while (tree.hasNext()) {
        write(tree.next());
      }
    }
  }

  private void write(TreeItem item) throws IOException {
    members.header(item.entry());
    if (item.content().length() > 0) {
      members.content(item.content().bytes());
    }
    members.glue(new byte[TarEncoder.padding(item.content().length())]);
  }

  private record Index(RecordFile records, long bytes) {}
}
