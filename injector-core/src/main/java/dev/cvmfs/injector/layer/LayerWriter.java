package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceCodec;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
  /** Says in an eStargz that nothing is worth being fetched in advance. */
  static final ByteString LANDMARK = ByteString.of(".no.prefetch.landmark");

  static final byte[] LANDMARK_CONTENT = {0xf};
  private static final long SORT_MEMORY = 24L << 20;
  static final ByteString TOC_NAME = ByteString.of("stargz.index.json");

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
    return withContent(
        slice, sources, (files, content) -> write(slice, files, content, out, progress));
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
    return withContent(
        slice,
        sources,
        (files, content) -> writeArchive(slice, files, content, MemberWriter.plain(tar), progress));
  }

  /** Writes with content that is being fetched. */
  private interface Body {
    WrittenLayer write(ContentFiles files, ContentSource content) throws IOException;
  }

  private WrittenLayer withContent(Slice slice, ObjectSources sources, Body body)
      throws IOException {
    ContentFiles files = ContentFiles.of(slice, work);
    try (ContentPipeline content = new ContentPipeline(files::objects, sources)) {
      return body.write(files, content).withBytesFromPresent(content.bytesFromPresent());
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

  /** The same with content from anywhere. */
  WrittenLayer write(Slice slice, ContentSource content, OutputStream out, LongConsumer progress)
      throws IOException {
    return write(slice, ContentFiles.of(slice, work), content, out, progress);
  }

  private WrittenLayer write(
      Slice slice,
      ContentFiles files,
      ContentSource content,
      OutputStream out,
      LongConsumer progress)
      throws IOException {
    if (!slice.shape().estargz()) {
      return writeArchive(slice, files, content, new MemberWriter(out, Optional.empty()), progress);
    }
    try (TocBuilder toc = new TocBuilder(RecordFile.create(work.newFile("toc")))) {
      MemberWriter members = new MemberWriter(out, Optional.of(toc));
      members.header(TarEntry.file(LANDMARK, LayerNames.PUBLIC_FILE, LANDMARK_CONTENT.length));
      members.content(LANDMARK_CONTENT);
      members.glue(new byte[TarEncoder.padding(LANDMARK_CONTENT.length)]);
      return writeToc(writeEntries(slice, files, content, members, progress), toc, members);
    }
  }

  private WrittenLayer writeArchive(
      Slice slice,
      ContentFiles files,
      ContentSource content,
      MemberWriter members,
      LongConsumer progress)
      throws IOException {
    if (slice.shape().singleMember()) {
      members.startLong();
    }
    LayerFooter footer = writeEntries(slice, files, content, members, progress);
    members.glue(new byte[TarEncoder.TRAILER]);
    return members.finish(footer.encode());
  }

  /**
   * The end of an eStargz: our footer, the table of contents in a member of its own, and the footer
   * that others look for.
   */
  private static WrittenLayer writeToc(LayerFooter footer, TocBuilder entries, MemberWriter members)
      throws IOException {
    members.footer(footer.encode());
    TocBuilder.Toc toc = entries.finish();
    long start = members.startLong();
    members.glue(TarEncoder.encode(TarEntry.file(TOC_NAME, LayerNames.PUBLIC_FILE, toc.bytes())));
    try (RecordFile.Reader json = toc.json().read()) {
      while (json.hasNext()) {
        members.glue(json.next());
      }
    }
    members.glue(new byte[TarEncoder.padding(toc.bytes()) + TarEncoder.TRAILER]);
    return members.finish(StargzFooter.encode(start)).withToc(toc.digest());
  }

  /** All entries that are ours, up to the padding of the last. */
  private LayerFooter writeEntries(
      Slice slice,
      ContentFiles files,
      ContentSource content,
      MemberWriter members,
      LongConsumer progress)
      throws IOException {
    LayerNames names = new LayerNames(slice.prefix());
    members.header(TarEntry.directory(slice.prefix(), LayerNames.PUBLIC));
    members.header(TarEntry.directory(names.data(), LayerNames.PRIVATE));
    boolean single = slice.shape().singleMember();
    Index index = writeContent(files, names, content, members, single, progress);
    if (!slice.shape().hardLinks()) {
      writeUnlinkedTree(slice, names, members);
    }
    long treeStart = members.cut();
    writeTree(slice, members);
    members.header(TarEntry.file(names.index(), LayerNames.INDEX, index.bytes()));
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

  private static String writeDirectories(
      String last, String path, LayerNames names, MemberWriter members) throws IOException {
    List<TarEntry> directories = new ArrayList<>(2);
    String inner = directoriesOf(last, path, names, directories::add);
    for (TarEntry directory : directories) {
      members.header(directory);
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
   *
   * <p>Directories come a second time at the end, each before the one that it is in: some programs
   * set a directory's time at once, and what is made in it later changes it; others can put it off,
   * if the directory comes before what is in it.
   */
  private void writeUnlinkedTree(Slice slice, LayerNames names, MemberWriter members)
      throws IOException {
    long bytes = 0;
    RecordSorter directories = new RecordSorter(work, SORT_MEMORY);
    try (Cursor<TreeItem> tree = slice.tree()) {
      for (long position = Long.MAX_VALUE; tree.hasNext(); position--) {
        TreeItem item = tree.next();
        bytes += TarEncoder.encode(item.entry()).length;
        bytes += item.content().length() + TarEncoder.padding(item.content().length());
        if (item.entry().type() != TarEntry.Type.HARD_LINK) {
          write(item, members);
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
    members.header(TarEntry.file(names.tree(), LayerNames.INDEX, bytes));
  }

  private static byte[] record(long position, TarEntry entry) {
    return SliceCodec.record(
        out -> {
          out.writeLong(position);
          SliceCodec.writeEntry(out, entry);
        });
  }

  private static void writeTree(Slice slice, MemberWriter members) throws IOException {
    try (Cursor<TreeItem> tree = slice.tree()) {
      while (tree.hasNext()) {
        write(tree.next(), members);
      }
    }
  }

  private static void write(TreeItem item, MemberWriter members) throws IOException {
    members.header(item.entry());
    if (item.content().length() > 0) {
      members.content(item.content().bytes());
    }
    members.glue(new byte[TarEncoder.padding(item.content().length())]);
  }

  private record Index(RecordFile records, long bytes) {}
}
