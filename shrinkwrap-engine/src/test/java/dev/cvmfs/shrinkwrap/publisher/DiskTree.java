package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Makes trees from folders on disk. It sees what Java sees: names must be UTF-8, and of extended
 * attributes there are those of {@code user.} on files and directories.
 */
public final class DiskTree {
  private final Path root;
  private final Tree tree = new Tree();
  private final Map<String, TreePath> inodes = new HashMap<>();

  private DiskTree(Path root) {
    this.root = root;
  }

  /**
   * The tree below a folder; contents stay on disk and are read when the tree is published.
   *
   * @throws IOException if something cannot be read
   */
  public static Tree read(Path folder) throws IOException {
    DiskTree reader = new DiskTree(folder);
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) paths.sorted()::iterator) {
        reader.add(path);
      }
    }
    return reader.tree;
  }

  private void add(Path file) throws IOException {
    Map<String, Object> unix = Files.readAttributes(file, "unix:*", LinkOption.NOFOLLOW_LINKS);
    int mode = (Integer) attribute(unix, "mode");
    TreePath path = file.equals(root) ? TreePath.ROOT : TreePath.of("/" + root.relativize(file));
    if ((mode & 0170000) != CatalogRow.TYPE_DIRECTORY) {
      String inode = attribute(unix, "dev") + ":" + attribute(unix, "ino");
      TreePath linked = inodes.putIfAbsent(inode, path);
      if (linked != null) {
        tree.hardLink(path, linked);
        return;
      }
    }
    Instant time = ((FileTime) attribute(unix, "lastModifiedTime")).toInstant();
    node(file, path, mode, ((Number) attribute(unix, "rdev")).longValue())
        .attributes(
            new Attributes(
                mode & 07777,
                ((Number) attribute(unix, "uid")).longValue(),
                ((Number) attribute(unix, "gid")).longValue(),
                new Timestamp(time.getEpochSecond(), time.getNano()),
                xattrs(file, mode)));
  }

  private Node node(Path file, TreePath path, int mode, long device) throws IOException {
    int major = DeviceNumber.major(device);
    int minor = DeviceNumber.minor(device);
    return switch (mode & 0170000) {
      case CatalogRow.TYPE_DIRECTORY -> tree.directory(path);
      case CatalogRow.TYPE_REGULAR -> tree.file(path, Content.of(file));
      case CatalogRow.TYPE_SYMLINK ->
          tree.symlink(path, ByteString.of(Files.readSymbolicLink(file).toString()));
      case CatalogRow.TYPE_FIFO -> tree.special(path, Entry.Special.Kind.FIFO, 0, 0);
      case CatalogRow.TYPE_SOCKET -> tree.special(path, Entry.Special.Kind.SOCKET, 0, 0);
      case CatalogRow.TYPE_CHARACTER_DEVICE ->
          tree.special(path, Entry.Special.Kind.CHARACTER_DEVICE, major, minor);
      case CatalogRow.TYPE_BLOCK_DEVICE ->
          tree.special(path, Entry.Special.Kind.BLOCK_DEVICE, major, minor);
      default -> throw new IOException("unknown kind of file, mode %o: %s".formatted(mode, file));
    };
  }

  private static Xattrs xattrs(Path file, int mode) throws IOException {
    int type = mode & 0170000;
    if (type != CatalogRow.TYPE_REGULAR && type != CatalogRow.TYPE_DIRECTORY) {
      return Xattrs.NONE;
    }
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
    if (view == null) {
      return Xattrs.NONE;
    }
    Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
    for (String name : view.list()) {
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      view.read(name, value);
      all.put(("user." + name).getBytes(StandardCharsets.UTF_8), value.array());
    }
    return Xattrs.of(all);
  }

  private static Object attribute(Map<String, Object> attributes, String name) {
    Object value = attributes.get(name);
    if (value == null) {
      throw new IllegalStateException("this system's files have no " + name);
    }
    return value;
  }
}
