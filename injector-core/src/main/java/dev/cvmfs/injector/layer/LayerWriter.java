package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Writes a slice as a layer, format version 1: an ordinary {@code tar+gzip} blob, cut into gzip
 * members so that it can be read and reused in parts.
 *
 * <pre>
 * cvmfs/  cvmfs/.data/                         ┐ glue
 * cvmfs/.data/XX/  XX/YY/  XX/YY/name  header  ┘
 *   content of the object                        one member an object: its own DEFLATE stream
 * padding, header of the next file, …            glue
 *   content …
 * ── tree starts ──
 * cvmfs/.provenance/…                          ┐
 * cvmfs/&lt;fqrn&gt;/… links, directories, symlinks   │ glue members of 64 KiB
 * cvmfs/.data/.index  header                   ┘
 * ── index starts ──
 *   the index                                    glue members of 64 KiB
 * ── index ends ──
 * padding, two zero blocks                       glue
 * footer                                         an empty member with an extra field
 * </pre>
 *
 * <p>Without hard links (see {@code LayerShape}) the visible files have the content themselves, and
 * the tree with links to the store is the content of {@code cvmfs/.data/.tree}. With a single
 * member what are members here are {@link Splice parts} of one.
 *
 * <p>The bytes are a function of the slice and of nothing else: not of the clock, the machine, the
 * installed zlib, or where the objects came from.
 */
public final class LayerWriter {
  private final WorkDirectory work;

  /**
   * @param work for the index, which is as long as there are objects
   */
  public LayerWriter(WorkDirectory work) {
    this.work = work;
  }

  /**
   * Writes the layer.
   *
   * @param out takes the blob; not closed
   * @param progress is told how many bytes of content have been written since it was told last
   * @throws GarbageUnavailableException if it is garbage that cannot be had
   */
  public WrittenLayer write(
      Slice slice, ObjectSources sources, OutputStream out, LongConsumer progress)
      throws IOException {
    return write(slice, sources, members(slice, out), progress);
  }

  /**
   * Writes the layer's plain archive, that is the layer without its compression.
   *
   * @param tar takes it; not closed
   * @param progress is told how many bytes of content have been written since it was told last
   */
  public WrittenLayer writePlain(
      Slice slice, ObjectSources sources, OutputStream tar, LongConsumer progress)
      throws IOException {
    MemberWriter members = MemberWriter.plain(tar);
    return write(slice, sources, members, progress);
  }

  private WrittenLayer write(
      Slice slice, ObjectSources sources, MemberWriter members, LongConsumer progress)
      throws IOException {
    ContentFiles files = ContentFiles.of(slice, work);
    try (ContentPipeline content = new ContentPipeline(files::objects, sources)) {
      return write(slice, files, content, members, progress)
          .withBytesFromPresent(content.bytesFromPresent());
    } catch (ObjectUnavailableException e) {
      throw told(slice, e);
    }
  }

  /** The failure together with a file that people know. */
  static CvmfsFailure told(Slice slice, ObjectUnavailableException unavailable) throws IOException {
    CvmfsFailure failure = unavailable.failure();
    if (slice.garbage().objects().stream()
        .anyMatch(object -> object.name().equals(unavailable.file()))) {
      throw new GarbageUnavailableException(
          "the object %s, which nothing links to any more, cannot be kept: %s"
              .formatted(unavailable.file(), failure.getMessage()),
          failure);
    }
    ByteString target = new LayerNames(slice.prefix()).object(unavailable.file());
    try (Cursor<TreeItem> tree = slice.tree()) {
      while (tree.hasNext()) {
        TarEntry entry = tree.next().entry();
        if (entry.type() == TarEntry.Type.HARD_LINK && entry.linkTarget().equals(target)) {
          String message =
              "%s\nthe content of /%s needs it; if that file can be done without, exclude it in the specification, else tell the repository's publishers"
                  .formatted(failure.getMessage(), entry.name());
          return failure.withMessage(message);
        }
      }
    }
    return failure;
  }

  private static MemberWriter members(Slice slice, OutputStream out) throws IOException {
    return new MemberWriter(out, slice.shape().singleMember());
  }

  /** The same with content from anywhere. */
  WrittenLayer write(Slice slice, ContentSource content, OutputStream out, LongConsumer progress)
      throws IOException {
    return write(slice, ContentFiles.of(slice, work), content, members(slice, out), progress);
  }

  private WrittenLayer write(
      Slice slice,
      ContentFiles files,
      ContentSource content,
      MemberWriter members,
      LongConsumer progress)
      throws IOException {
    LayerNames names = new LayerNames(slice.prefix());
    members.glue(TarEncoder.encode(TarEntry.directory(slice.prefix(), LayerNames.PUBLIC)));
    members.glue(TarEncoder.encode(TarEntry.directory(names.data(), LayerNames.PRIVATE)));
    Index index =
        writeContent(files, names, content, members, slice.shape().singleMember(), progress);
    if (!slice.shape().hardLinks()) {
      writeUnlinkedTree(slice, names, members);
    }
    long treeStart = members.cut();
    writeTree(slice, members);
    members.glue(TarEncoder.encode(TarEntry.file(names.index(), LayerNames.INDEX, index.bytes())));
    long indexStart = members.cut();
    try (RecordFile.Reader records = index.records().read()) {
      while (records.hasNext()) {
        members.glue(records.next());
      }
    }
    long indexEnd = members.cut();
    members.glue(new byte[TarEncoder.padding(index.bytes()) + TarEncoder.TRAILER]);
    members.cut();
    return members.finish(
        new LayerFooter(treeStart, indexStart, indexEnd, slice.shape().singleMember()).encode());
  }

  private Index writeContent(
      ContentFiles contentFiles,
      LayerNames names,
      ContentSource content,
      MemberWriter members,
      boolean single,
      LongConsumer progress)
      throws IOException {
    IndexEncoder encoder = new IndexEncoder();
    long indexBytes = 0;
    String directory = "";
    try (RecordFile.Writer index = RecordFile.create(work.newFile("index"));
        Cursor<ContentFiles.ContentFile> files = contentFiles.files()) {
      // An index is never empty, so that tree, index and footer always have an order.
      index.add(IndexEncoder.magic(single));
      indexBytes += IndexEncoder.magic(single).length;
      while (files.hasNext()) {
        ContentFiles.ContentFile file = files.next();
        PlannedObject object = file.object();
        if (file.isStored()) {
          directory = writeDirectories(directory, object.name().path(), names, members);
        }
        members.glue(TarEncoder.encode(file.header()));
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

  private static String writeDirectories(
      String last, String path, LayerNames names, MemberWriter members) throws IOException {
    List<TarEntry> directories = new ArrayList<>(2);
    String inner = directoriesOf(last, path, names, directories::add);
    for (TarEntry directory : directories) {
      members.glue(TarEncoder.encode(directory));
    }
    return inner;
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
    return TarEntry.directory(names.dataDirectory(path), LayerNames.PRIVATE);
  }

  /**
   * What is not content, and the header of the file that holds the tree as it would be with hard
   * links: by that, and not by headers all over the layer, the next refresh knows it.
   */
  private static void writeUnlinkedTree(Slice slice, LayerNames names, MemberWriter members)
      throws IOException {
    long bytes = 0;
    try (Cursor<TreeItem> tree = slice.tree()) {
      while (tree.hasNext()) {
        TreeItem item = tree.next();
        bytes += TarEncoder.encode(item.entry()).length;
        bytes += item.content().length() + TarEncoder.padding(item.content().length());
        if (item.entry().type() != TarEntry.Type.HARD_LINK) {
          write(item, members);
        }
      }
    }
    members.glue(TarEncoder.encode(TarEntry.file(names.tree(), LayerNames.INDEX, bytes)));
  }

  private static void writeTree(Slice slice, MemberWriter members) throws IOException {
    try (Cursor<TreeItem> tree = slice.tree()) {
      while (tree.hasNext()) {
        write(tree.next(), members);
      }
    }
  }

  private static void write(TreeItem item, MemberWriter members) throws IOException {
    members.glue(TarEncoder.encode(item.entry()));
    members.glue(item.content().bytes());
    members.glue(new byte[TarEncoder.padding(item.content().length())]);
  }

  private record Index(RecordFile records, long bytes) {}
}
