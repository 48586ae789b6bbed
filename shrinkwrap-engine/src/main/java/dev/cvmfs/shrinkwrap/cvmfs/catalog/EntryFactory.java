package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.ExternalSource;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Entry.Special.Kind;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes entries out of the rows of one catalog. */
final class EntryFactory {
  private static final Logger log = LoggerFactory.getLogger(EntryFactory.class);

  private static final int FIFO = 0010000;
  private static final int CHARACTER_DEVICE = 0020000;
  private static final int DIRECTORY = 0040000;
  private static final int BLOCK_DEVICE = 0060000;
  private static final int REGULAR = 0100000;
  private static final int SYMLINK = 0120000;
  private static final int SOCKET = 0140000;

  private final Catalog catalog;
  private final Ownership ownership;
  private final VariantSymlinks symlinks;
  private final long catalogNumber;

  /**
   * @param catalogNumber different for each catalog of a walk and greater than 0, since link groups
   *     are numbered in each catalog anew
   */
  EntryFactory(Catalog catalog, Ownership ownership, VariantSymlinks symlinks, int catalogNumber) {
    this.catalog = catalog;
    this.ownership = ownership;
    this.symlinks = symlinks;
    this.catalogNumber = catalogNumber;
  }

  Entry entry(TreePath path, CatalogRow row) {
    try {
      return switch (row.type()) {
        case DIRECTORY -> new Entry.Directory(path, attributes(path, row));
        case REGULAR -> regular(path, row);
        case SYMLINK -> symlink(path, row);
        case FIFO -> special(path, row, Kind.FIFO, 0);
        case SOCKET -> special(path, row, Kind.SOCKET, 0);
        case CHARACTER_DEVICE -> special(path, row, Kind.CHARACTER_DEVICE, row.size());
        case BLOCK_DEVICE -> special(path, row, Kind.BLOCK_DEVICE, row.size());
        default -> throw new IllegalArgumentException("mode 0" + Integer.toOctalString(row.mode()));
      };
    } catch (IllegalArgumentException e) {
      throw new CvmfsFailure.Data(
          "%s has an impossible entry %s: %s".formatted(catalog, path, e.getMessage()), e);
    }
  }

  private Attributes attributes(TreePath path, CatalogRow row) {
    // A negative value means that nobody recorded any.
    int nanos = (int) Math.max(0, Math.min(row.mtimeNanos(), Integer.MAX_VALUE));
    return new Attributes(
        ownership.permissions(row.permissions(), row.isDirectory()),
        ownership.uid(row.uid()),
        ownership.gid(row.gid()),
        new Timestamp(row.mtime(), nanos),
        xattrs(path, row));
  }

  private static Xattrs xattrs(TreePath path, CatalogRow row) {
    return XattrBlob.parse(row.xattrs())
        .orElseGet(
            () -> {
              // As CVMFS does, for the file can be used without them.
              log.warn("{} has broken extended attributes, which are left out", path);
              return Xattrs.NONE;
            });
  }

  private Entry.Symlink symlink(TreePath path, CatalogRow row) {
    if (row.target().length == 0) {
      throw new IllegalArgumentException("a symbolic link to nothing");
    }
    byte[] target = symlinks.resolve(row.target());
    if (target.length == 0) {
      throw new CvmfsFailure.Data(
          "the symbolic link %s, stored as %s, leads to nothing with the variables that are set: set what it names too in CVMFS_SHRINKWRAP_SYMLINK_VARS, or exclude the link by the specification"
              .formatted(path, ByteString.of(row.target())));
    }
    return new Entry.Symlink(path, attributes(path, row), ByteString.of(target));
  }

  /** The device number is that of Linux's {@code dev_t} (sys/sysmacros.h). */
  private Entry.Special special(TreePath path, CatalogRow row, Kind kind, long device) {
    int major = (int) (((device >> 8) & 0xfff) | ((device >> 32) & 0xffff_f000L));
    int minor = (int) ((device & 0xff) | ((device >> 12) & 0xffff_ff00L));
    return new Entry.Special(path, attributes(path, row), kind, major, minor);
  }

  private Entry.RegularFile regular(TreePath path, CatalogRow row) {
    HashAlgorithm algorithm = algorithm(path, row);
    List<Chunk> chunks = row.isChunked() ? catalog.chunks(row.key()) : List.of();
    boolean hasHash = isHash(row.hash());
    if (!hasHash && !row.isChunked()) {
      throw new IllegalArgumentException("a regular file without a content hash");
    }
    ContentHash identity =
        hasHash ? new ContentHash(algorithm, row.hash()) : artificialHash(algorithm, chunks);
    List<ObjectRef> objects;
    if (row.size() == 0) {
      objects = List.of();
    } else if (row.isChunked()) {
      objects = objects(path, row, chunks);
    } else {
      objects =
          List.of(
              new ObjectRef(
                  identity,
                  ObjectKind.DATA,
                  compression(path, row),
                  row.size(),
                  external(path, row, 0)));
    }
    long linkGroup = row.linkGroup() == 0 ? 0 : catalogNumber << 32 | row.linkGroup();
    return new Entry.RegularFile(
        path, attributes(path, row), row.size(), identity, objects, linkGroup);
  }

  private static HashAlgorithm algorithm(TreePath path, CatalogRow row) {
    HashAlgorithm[] algorithms = HashAlgorithm.values();
    if (row.hashAlgorithm() >= algorithms.length) {
      throw new CvmfsFailure.Data(
          "unsupported hash algorithm %d for %s; a newer version of this program may know it"
              .formatted(row.hashAlgorithm(), path));
    }
    return algorithms[row.hashAlgorithm()];
  }

  private static Compression compression(TreePath path, CatalogRow row) {
    return switch (row.compression()) {
      case 0 -> Compression.ZLIB;
      case 1 -> Compression.NONE;
      default ->
          throw new CvmfsFailure.Data(
              "unsupported compression %d for %s; a newer version of this program may know it"
                  .formatted(row.compression(), path));
    };
  }

  private static Optional<ExternalSource> external(TreePath path, CatalogRow row, long offset) {
    return row.isExternal()
        ? Optional.of(new ExternalSource(UrlPath.of(path), offset, !row.isChunked()))
        : Optional.empty();
  }

  private static List<ObjectRef> objects(TreePath path, CatalogRow row, List<Chunk> chunks) {
    HashAlgorithm algorithm = algorithm(path, row);
    Compression compression = compression(path, row);
    if (row.isExternal() && compression != Compression.NONE) {
      throw new IllegalArgumentException(
          "chunks of an external file that is compressed, which no range of bytes could be");
    }
    List<ObjectRef> objects = new ArrayList<>(chunks.size());
    long end = 0;
    for (Chunk chunk : chunks) {
      if (chunk.offset() != end) {
        throw new IllegalArgumentException(
            "its chunks leave a gap or overlap at %,d bytes".formatted(end));
      }
      end += chunk.size();
      ContentHash hash = new ContentHash(algorithm, chunk.hash());
      Optional<ExternalSource> source = external(path, row, chunk.offset());
      objects.add(new ObjectRef(hash, ObjectKind.CHUNK, compression, chunk.size(), source));
    }
    return objects;
  }

  /** What names a chunked file that has no hash of its own (file_chunk.cc). */
  private static ContentHash artificialHash(HashAlgorithm algorithm, List<Chunk> chunks) {
    ContentHasher hasher = algorithm.hasher();
    for (Chunk chunk : chunks) {
      hasher.update(chunk.hash(), 0, chunk.hash().length);
    }
    return hasher.finish();
  }

  /** All zero is CVMFS's null hash. */
  private static boolean isHash(byte[] hash) {
    return !Arrays.equals(hash, new byte[hash.length]);
  }
}
