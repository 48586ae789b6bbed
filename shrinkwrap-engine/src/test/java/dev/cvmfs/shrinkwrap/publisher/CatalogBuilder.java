package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Collects what one catalog says while its part of the tree is walked and its files are stored. */
final class CatalogBuilder {
  private static final long DIRECTORY_SIZE = 4096;

  private final TreePath mountpoint;
  private final TreeLinks links;
  private final FileStorage storage;
  private final PublisherOptions options;
  private final List<CatalogRow> rows = new ArrayList<>();
  private final List<CatalogContents.Chunk> chunks = new ArrayList<>();
  private final List<CatalogContents.Nested> nested = new ArrayList<>();
  private final Map<TreePath, List<ObjectRef>> objects = new HashMap<>();
  private final Map<Node, Map<TreePath, Long>> linkGroups = new HashMap<>();
  private long lastLinkGroup;

  CatalogBuilder(
      TreePath mountpoint, TreeLinks links, FileStorage storage, PublisherOptions options) {
    this.mountpoint = mountpoint;
    this.links = links;
    this.storage = storage;
    this.options = options;
  }

  /** Adds anything but the mountpoint of a nested catalog; the catalog's own mountpoint first. */
  void add(TreePath path, Node node) throws IOException {
    Node.Body body = node.body();
    if (body instanceof Node.Directory) {
      boolean nestedRoot = path.equals(mountpoint) && !path.isRoot();
      addDirectory(path, node, nestedRoot ? CatalogRow.NESTED_ROOT : 0);
    } else if (body instanceof Node.RegularFile file) {
      addFile(path, node, file);
    } else if (body instanceof Node.Symlink link) {
      addRow(
          path,
          node,
          Optional.empty(),
          link.target().length(),
          CatalogRow.TYPE_SYMLINK,
          CatalogRow.FILE | CatalogRow.SYMLINK);
    } else if (body instanceof Node.Special special) {
      addRow(
          path,
          node,
          Optional.empty(),
          DeviceNumber.encode(special.major(), special.minor()),
          type(special),
          CatalogRow.FILE | CatalogRow.SPECIAL);
    }
  }

  /** Adds the directory below which a catalog of its own has been written. */
  void addMountpoint(Node node, CatalogContents.Nested catalog) {
    addDirectory(catalog.path(), node, CatalogRow.NESTED_MOUNTPOINT);
    nested.add(catalog);
  }

  CatalogContents contents() {
    return new CatalogContents(mountpoint, rows, chunks, nested);
  }

  /** The objects of each regular file added. */
  Map<TreePath, List<ObjectRef>> objects() {
    return objects;
  }

  private void addDirectory(TreePath path, Node node, int flags) {
    addRow(
        path,
        node,
        Optional.empty(),
        DIRECTORY_SIZE,
        CatalogRow.TYPE_DIRECTORY,
        CatalogRow.DIRECTORY | flags);
  }

  private void addFile(TreePath path, Node node, Node.RegularFile file) throws IOException {
    FileStorage.Stored stored = storage.store(path, file);
    int flags = CatalogRow.FILE | CatalogRow.objectFlags(options.hash(), options.compression());
    if (options.external()) {
      flags |= CatalogRow.EXTERNAL;
    }
    if (stored.isChunked()) {
      flags |= CatalogRow.CHUNKED;
      long offset = 0;
      for (ObjectRef chunk : stored.pieces()) {
        chunks.add(new CatalogContents.Chunk(path, offset, chunk.size(), chunk.hash()));
        offset += chunk.size();
      }
    }
    objects.put(path, stored.pieces());
    addRow(path, node, stored.bulk(), stored.size(), CatalogRow.TYPE_REGULAR, flags);
  }

  private void addRow(
      TreePath path, Node node, Optional<ContentHash> hash, long size, int type, int flags) {
    long linkCount = links.count(path, node);
    long linkGroup = node.isDirectory() || linkCount == 1 ? 0 : linkGroup(path, node);
    ByteString target =
        node.body() instanceof Node.Symlink link ? link.target() : ByteString.of("");
    rows.add(
        new CatalogRow(
            path,
            linkGroup,
            linkCount,
            hash,
            size,
            type | node.attributes().permissions(),
            flags,
            node.attributes(),
            target));
  }

  private long linkGroup(TreePath path, Node node) {
    return linkGroups
        .computeIfAbsent(node, key -> new HashMap<>())
        .computeIfAbsent(path.parent(), key -> ++lastLinkGroup);
  }

  private static int type(Node.Special special) {
    return switch (special.kind()) {
      case FIFO -> CatalogRow.TYPE_FIFO;
      case SOCKET -> CatalogRow.TYPE_SOCKET;
      case CHARACTER_DEVICE -> CatalogRow.TYPE_CHARACTER_DEVICE;
      case BLOCK_DEVICE -> CatalogRow.TYPE_BLOCK_DEVICE;
    };
  }
}
