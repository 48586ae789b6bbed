package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One run over a tree that stores its files and writes its catalogs, the deepest first. A nested
 * catalog that says what it said in the previous revision is taken over as it is.
 */
final class TreePublication {
  private final Tree tree;
  private final Path temporary;
  private final ObjectDirectory objects;
  private final FileStorage storage;
  private final PublisherOptions options;
  private final Time time;
  private final Map<TreePath, Built> previous;
  private final TreeLinks links;
  private final Map<TreePath, Built> built = new TreeMap<>();
  private final Map<TreePath, List<ObjectRef>> files = new TreeMap<>();

  /** Which revision it is, and when, in seconds since 1970-01-01 UTC. */
  record Time(long revision, long seconds) {}

  /**
   * A finished catalog.
   *
   * @param revision counts the versions of this catalog, not those of the repository
   * @param size bytes of the database, not compressed
   */
  record Built(CatalogContents contents, long revision, ContentHash hash, long size) {
    CatalogContents.Nested asNested() {
      return new CatalogContents.Nested(
          contents.mountpoint(), hash, size, CatalogStatistics.of(contents));
    }
  }

  TreePublication(
      Tree tree,
      Path repository,
      ObjectDirectory objects,
      PublisherOptions options,
      Time time,
      Map<TreePath, Built> previous) {
    this.tree = tree;
    this.temporary = repository;
    this.objects = objects;
    this.storage = new FileStorage(objects, repository, options);
    this.options = options;
    this.time = time;
    this.previous = previous;
    this.links = new TreeLinks(tree);
  }

  /** Builds everything; returns the root catalog. */
  Built run() throws IOException, SQLException {
    return build(TreePath.ROOT);
  }

  /** The catalogs by their mountpoints. */
  Map<TreePath, Built> built() {
    return Map.copyOf(built);
  }

  Revision revision() {
    Map<TreePath, ContentHash> hashes = new TreeMap<>();
    built.forEach((mountpoint, catalog) -> hashes.put(mountpoint, catalog.hash()));
    return new Revision(time.revision(), hashes, files);
  }

  private Built build(TreePath mountpoint) throws IOException, SQLException {
    CatalogBuilder catalog = new CatalogBuilder(mountpoint, links, storage, options);
    catalog.add(mountpoint, tree.get(mountpoint));
    TreePath lastNested = mountpoint;
    for (Map.Entry<TreePath, Node> entry : tree.nodes().tailMap(mountpoint, false).entrySet()) {
      TreePath path = entry.getKey();
      if (!path.isAtOrBelow(mountpoint)) {
        break;
      }
      if (!lastNested.equals(mountpoint) && path.isAtOrBelow(lastNested)) {
        continue;
      }
      if (entry.getValue().isDirectory() && tree.hasOwnCatalog(path)) {
        catalog.addMountpoint(entry.getValue(), build(path).asNested());
        lastNested = path;
      } else {
        catalog.add(path, entry.getValue());
      }
    }
    files.putAll(catalog.objects());
    Built result = write(catalog.contents());
    built.put(mountpoint, result);
    return result;
  }

  private Built write(CatalogContents contents) throws IOException, SQLException {
    Built before = previous.get(contents.mountpoint());
    if (before != null && !contents.mountpoint().isRoot() && before.contents().equals(contents)) {
      return before;
    }
    long revision = before == null ? 1 : before.revision() + 1;
    byte[] database =
        CatalogDatabase.write(
            temporary,
            contents,
            new CatalogDatabase.Properties(
                revision,
                before == null ? ObjectHash.none(options.hash()) : before.hash(),
                time.seconds(),
                options.ttlSeconds(),
                options.nanoseconds()));
    ContentHash hash = objects.put(database, ObjectKind.CATALOG).hash();
    return new Built(contents, revision, hash, database.length);
  }
}
