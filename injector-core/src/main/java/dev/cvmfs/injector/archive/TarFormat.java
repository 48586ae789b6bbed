package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.layer.LayerWriter;
import dev.cvmfs.injector.layer.WrittenLayer;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Writes slices as tar archives. The bytes are a function of the slice and of what this says, and
 * of nothing else.
 */
public record TarFormat(Compression compression, Layout layout, ArchivePaths paths)
    implements ArchiveFormat {
  private static final int BUFFER = 1 << 17;

  /**
   * A format.
   *
   * @throws ConfFailure if there is no such archive
   */
  public TarFormat {
    if (layout == Layout.SHRINKWRAP && !(paths.root().equals("/") && paths.prefix().isEmpty())) {
      throw new ConfFailure(
          "--layout shrinkwrap has its store in /cvmfs, and is unpacked there: it goes with neither --root nor --prefix");
    }
  }

  @Override
  public SortedMap<String, String> shape() {
    SortedMap<String, String> shape = new TreeMap<>();
    shape.put("kind", "tar");
    shape.put("format", "1");
    shape.put("compression", compression.toString());
    shape.put("layout", layout.toString());
    shape.put("root", paths.root());
    shape.put("prefix", paths.prefix());
    return shape;
  }

  @Override
  public void requireRoomFor(List<String> repositories) {
    paths.requireAllBelow(repositories);
  }

  @Override
  public Written write(ArchiveInput input, Replacement file) throws IOException {
    return write(input, file.stream());
  }

  /**
   * Writes an archive.
   *
   * @param out takes it; not closed
   */
  Written write(ArchiveInput input, OutputStream out) throws IOException {
    if (layout == Layout.SHRINKWRAP && compression == Compression.GZIP) {
      WrittenLayer layer =
          new LayerWriter(input.work())
              .write(
                  input.slice(),
                  input.source().objects(),
                  new BufferedOutputStream(out, BUFFER),
                  input.progress());
      return new Written(layer.digest(), layer.size());
    }
    FlatTar flat = new FlatTar(paths, UnaryOperator.identity());
    if (compression == Compression.GZIP) {
      GzipTar tar = new GzipTar(out);
      flat.write(input, tar);
      return tar.finish();
    }
    try (PlainTar tar = plain(out)) {
      if (layout == Layout.SHRINKWRAP) {
        new LayerWriter(input.work())
            .writePlain(input.slice(), input.source().objects(), tar.stream(), input.progress());
      } else {
        flat.write(input, tar);
      }
      return tar.finish();
    }
  }

  private PlainTar plain(OutputStream out) throws IOException {
    return compression == Compression.ZSTD
        ? PlainTar.zstd(out, Runtime.getRuntime().availableProcessors())
        : PlainTar.uncompressed(out);
  }
}
