package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.LayerNames;
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
import java.util.Optional;
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
      Stargz.writeLandmark(members);
      LayerFooter footer = new EntriesWriter(slice, members, work).write(files, content, progress);
      return Stargz.finish(footer, toc, members);
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
    LayerFooter footer = new EntriesWriter(slice, members, work).write(files, content, progress);
    members.glue(new byte[TarEncoder.TRAILER]);
    return members.finish(footer.encode());
  }
}
