package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ContentHasher;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.source.SourceTree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.HeldDirectories;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A folder as a source: a mounted repository, or any tree of files. There is no catalog to say what
 * the content is, so it is read and hashed while the tree is walked, and hashed again when it is
 * copied.
 */
public final class MountedTree implements SourceTree {
  private static final int BUFFER = 1 << 16;

  private final PosixCalls calls;
  private final String fqrn;
  private final ByteString root;

  /**
   * @param fqrn the name of the repository, or what to take for it
   * @param folder its top directory
   */
  public MountedTree(PosixCalls calls, String fqrn, Path folder) {
    this.calls = calls;
    this.fqrn = fqrn;
    this.root = Layout.bytes(folder.toAbsolutePath().normalize());
  }

  @Override
  public String fqrn() {
    return fqrn;
  }

  @Override
  public Optional<ContentHash> rootHash() {
    return Optional.empty();
  }

  @Override
  public long revision() {
    return 0;
  }

  @Override
  public boolean isLocal(Entry.RegularFile file) {
    return false;
  }

  @Override
  public void prefetch(Entry.RegularFile file) {
    // It is on a disk already.
  }

  @Override
  public EntryCursor walk(Specification specification, CatalogGate gate) {
    try {
      PresentWalk files =
          new PresentWalk(
              calls, root, specification::descends, (directory, path) -> calls.list(path));
      if (!files.hasNext()) {
        throw new IOException("no such folder: " + root);
      }
      return new Cursor(files, specification);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The files of a walk that are wanted, as entries. */
  private final class Cursor implements EntryCursor {
    private final PresentWalk files;
    private final Specification specification;
    private final HeldDirectories held = new HeldDirectories();
    private final Deque<Entry> ready = new ArrayDeque<>();

    private Cursor(PresentWalk files, Specification specification) {
      this.files = files;
      this.specification = specification;
    }

    @Override
    public boolean hasNext() {
      try {
        while (ready.isEmpty() && files.hasNext()) {
          visit(files.next());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return !ready.isEmpty();
    }

    private void visit(PresentFile file) throws IOException {
      TreePath path = file.path();
      if (path.isRoot() || specification.includes(path)) {
        held.release(path, ready);
        ready.add(entry(file));
      } else if (file.status().isDirectory()) {
        held.hold(entry(file));
      }
    }

    @Override
    public Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException("the walk is over");
      }
      return ready.remove();
    }

    @Override
    public void close() {
      ready.clear();
    }
  }

  private Entry entry(PresentFile file) throws IOException {
    FileStatus status = file.status();
    TreePath path = file.path();
    Attributes attributes =
        new Attributes(
            status.isSymlink() ? 0777 : status.permissions(),
            status.uid(),
            status.gid(),
            status.mtime(),
            xattrs(absolute(path)));
    return switch (status.type()) {
      case FileStatus.DIRECTORY -> new Entry.Directory(path, attributes);
      case FileStatus.SYMLINK ->
          new Entry.Symlink(path, attributes, calls.readLink(absolute(path)));
      case FileStatus.REGULAR -> regularFile(path, attributes, status.size());
      case FileStatus.FIFO -> new Entry.Special(path, attributes, Entry.Special.Kind.FIFO, 0, 0);
      case FileStatus.SOCKET ->
          new Entry.Special(path, attributes, Entry.Special.Kind.SOCKET, 0, 0);
      case FileStatus.CHARACTER_DEVICE ->
          new Entry.Special(
              path,
              attributes,
              Entry.Special.Kind.CHARACTER_DEVICE,
              status.major(),
              status.minor());
      case FileStatus.BLOCK_DEVICE ->
          new Entry.Special(
              path, attributes, Entry.Special.Kind.BLOCK_DEVICE, status.major(), status.minor());
      default -> throw new IOException("unknown kind of file: " + absolute(path));
    };
  }

  private Entry regularFile(TreePath path, Attributes attributes, long size) throws IOException {
    ContentHasher hasher = HashAlgorithm.SHA1.hasher();
    long length = 0;
    if (size > 0) {
      try (InputStream in = calls.open(absolute(path))) {
        byte[] buffer = new byte[BUFFER];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          hasher.update(buffer, 0, count);
          length += count;
        }
      }
    }
    ContentHash hash = hasher.finish();
    List<ObjectRef> objects =
        length == 0
            ? List.of()
            : List.of(new ObjectRef(hash, ObjectKind.DATA, Compression.NONE, length));
    return new Entry.RegularFile(path, attributes, length, hash, objects, 0);
  }

  /** Without those that belong to the file system and not to the file. */
  private Xattrs xattrs(ByteString path) throws IOException {
    Map<byte[], byte[]> kept = new TreeMap<>(Arrays::compareUnsigned);
    calls
        .xattrs(path)
        .forEach(
            (bytes, value) -> {
              String name = new String(bytes, StandardCharsets.ISO_8859_1);
              if (name.startsWith("user.")
                  || name.equals("security.capability")
                  || name.startsWith("system.posix_acl_")) {
                kept.put(bytes, value);
              }
            });
    return Xattrs.of(kept);
  }

  @Override
  public InputStream open(Entry.RegularFile file) throws IOException {
    return new Unchanged(calls.open(absolute(file.path())), file);
  }

  private ByteString absolute(TreePath path) {
    byte[] top = root.bytes();
    byte[] below = path.bytes();
    byte[] whole = Arrays.copyOf(top, top.length + below.length);
    System.arraycopy(below, 0, whole, top.length, below.length);
    return ByteString.of(whole);
  }

  /** The content of a file that fails at its end if it is not what was hashed. */
  private static final class Unchanged extends InputStream {
    private final InputStream in;
    private final Entry.RegularFile file;
    private final ContentHasher hasher;
    private boolean ended;

    Unchanged(InputStream in, Entry.RegularFile file) {
      this.in = in;
      this.file = file;
      this.hasher = file.identity().algorithm().hasher();
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      if (count > 0) {
        hasher.update(bytes, offset, count);
      } else if (count < 0 && !ended) {
        ended = true;
        if (!hasher.finish().equals(file.identity())) {
          throw new IOException(
              "%s changes while it is exported; run this again when nobody writes there"
                  .formatted(file.path()));
        }
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
