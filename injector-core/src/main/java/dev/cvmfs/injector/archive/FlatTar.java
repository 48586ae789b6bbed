package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.layer.SliceContent;
import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.FlatItem;
import dev.cvmfs.injector.slice.FlatTree;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.util.function.UnaryOperator;

/** Writes the visible trees of a slice, and nothing else, as a tar archive. */
final class FlatTar {
  /** Of directories that are in no repository. */
  private static final Attributes OUTSIDE =
      new Attributes(0755, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

  private final ArchivePaths paths;
  private final UnaryOperator<Attributes> attributes;

  /**
   * @param attributes what becomes of those that the catalogs give
   */
  FlatTar(ArchivePaths paths, UnaryOperator<Attributes> attributes) {
    this.paths = paths;
    this.attributes = attributes;
  }

  /** Writes all but the end of the stream. */
  void write(ArchiveInput input, TarStream tar) throws IOException {
    for (ByteString directory : paths.outside()) {
      tar.block(TarEncoder.encode(TarEntry.directory(directory, OUTSIDE)));
    }
    FlatTree tree = FlatTree.of(input.slice(), input.work());
    try (SliceContent content =
            new SliceContent(input.slice(), tree, input.source().objects(), input.progress());
        Cursor<FlatItem> items = tree.items()) {
      while (items.hasNext()) {
        FlatItem item = items.next();
        tar.block(TarEncoder.encode(written(item.entry())));
        if (item.content().isPresent()) {
          PlannedObject file = item.content().get();
          content.write(file, tar.content());
          tar.block(new byte[TarEncoder.padding(file.size())]);
        }
      }
    }
    tar.block(new byte[TarEncoder.TRAILER]);
  }

  private TarEntry written(TarEntry entry) {
    boolean link = entry.type() == TarEntry.Type.HARD_LINK;
    return new TarEntry(
        paths.name(entry.name()),
        entry.type(),
        attributes.apply(entry.attributes()),
        entry.size(),
        link ? paths.name(entry.linkTarget()) : entry.linkTarget(),
        entry.major(),
        entry.minor());
  }
}
