package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.List;
import java.util.Map;

/**
 * What one publication put onto the server.
 *
 * @param number 1 for the first publication
 * @param catalogs hash of each catalog by its mountpoint; the root's mountpoint is the root
 * @param objects the objects that hold each regular file's content, in order
 */
public record Revision(
    long number, Map<TreePath, ContentHash> catalogs, Map<TreePath, List<ObjectRef>> objects) {

  public Revision {
    catalogs = Map.copyOf(catalogs);
    objects = Map.copyOf(objects);
  }

  /** The name under which a {@link RepositoryServer} serves this revision. */
  public String name() {
    return "r" + number;
  }

  public ContentHash rootHash() {
    return catalog("");
  }

  /** The hash of the catalog that is mounted at a path. */
  public ContentHash catalog(String mountpoint) {
    ContentHash hash = catalogs.get(TreePath.of(mountpoint));
    if (hash == null) {
      throw new IllegalArgumentException("no catalog is mounted at " + mountpoint);
    }
    return hash;
  }

  /** The objects of a regular file. */
  public List<ObjectRef> objectsOf(String path) {
    return objectsOf(TreePath.of(path));
  }

  public List<ObjectRef> objectsOf(TreePath path) {
    List<ObjectRef> found = objects.get(path);
    if (found == null) {
      throw new IllegalArgumentException("no regular file is at " + path);
    }
    return found;
  }
}
