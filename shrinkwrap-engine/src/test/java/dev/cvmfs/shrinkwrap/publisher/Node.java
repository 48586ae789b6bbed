package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a path of a {@link Tree} leads to, like an inode: paths that share a node are hard links.
 * The setters return the node itself so that a tree reads as a list of sentences. Equality is
 * identity.
 */
public final class Node {
  /** 2024-03-01 12:00:00 UTC, the time of everything that is not given another. */
  public static final Timestamp DEFAULT_MTIME = new Timestamp(1_709_294_400, 0);

  /** What a node is and holds. */
  sealed interface Body {}

  record Directory(boolean nestedCatalog) implements Body {}

  /**
   * A regular file.
   *
   * @param chunkSizes bytes of each chunk, in order; empty to leave the cutting to the publisher
   */
  record RegularFile(Content content, List<Long> chunkSizes) implements Body {
    RegularFile {
      chunkSizes = List.copyOf(chunkSizes);
    }
  }

  record Symlink(ByteString target) implements Body {}

  record Special(Entry.Special.Kind kind, int major, int minor) implements Body {}

  private Body body;
  private Attributes attributes;

  Node(Body body, Attributes attributes) {
    this.body = body;
    this.attributes = attributes;
  }

  static Node of(Body body) {
    int permissions = 0644;
    if (body instanceof Directory) {
      permissions = 0755;
    } else if (body instanceof Symlink) {
      permissions = 0777;
    }
    return new Node(body, new Attributes(permissions, 0, 0, DEFAULT_MTIME, Xattrs.NONE));
  }

  /** The permissions, low 12 bits. */
  public Node mode(int permissions) {
    return attributes(
        new Attributes(
            permissions,
            attributes.uid(),
            attributes.gid(),
            attributes.mtime(),
            attributes.xattrs()));
  }

  public Node owner(long uid, long gid) {
    return attributes(
        new Attributes(
            attributes.permissions(), uid, gid, attributes.mtime(), attributes.xattrs()));
  }

  /** The modification time in seconds since 1970-01-01 UTC. */
  public Node mtime(long seconds) {
    return mtime(seconds, 0);
  }

  public Node mtime(long seconds, int nanos) {
    return attributes(
        new Attributes(
            attributes.permissions(),
            attributes.uid(),
            attributes.gid(),
            new Timestamp(seconds, nanos),
            attributes.xattrs()));
  }

  public Node xattr(String name, String value) {
    return xattr(name, value.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds an extended attribute or replaces the one of that name. */
  public Node xattr(String name, byte[] value) {
    Map<byte[], byte[]> all = new TreeMap<>(Arrays::compareUnsigned);
    attributes.xattrs().forEach(all::put);
    all.put(name.getBytes(StandardCharsets.UTF_8), value);
    return attributes(
        new Attributes(
            attributes.permissions(),
            attributes.uid(),
            attributes.gid(),
            attributes.mtime(),
            Xattrs.of(all)));
  }

  public Node attributes(Attributes newAttributes) {
    attributes = newAttributes;
    return this;
  }

  /** Cuts the regular file into chunks of these sizes, whatever the publisher's chunk size is. */
  public Node chunks(List<Long> sizes) {
    body = new RegularFile(regularFile().content(), sizes);
    return this;
  }

  /** Gives the regular file other content; it is cut as the publisher cuts. */
  public Node content(Content content) {
    requireRegularFile();
    body = new RegularFile(content, List.of());
    return this;
  }

  /** Makes the directory the root of a nested catalog, as a file {@code .cvmfscatalog} would. */
  public Node nestedCatalog() {
    if (!(body instanceof Directory)) {
      throw new IllegalStateException("only directories have nested catalogs, not " + body);
    }
    body = new Directory(true);
    return this;
  }

  public Attributes attributes() {
    return attributes;
  }

  Body body() {
    return body;
  }

  boolean isDirectory() {
    return body instanceof Directory;
  }

  boolean isRegularFile() {
    return body instanceof RegularFile;
  }

  RegularFile regularFile() {
    requireRegularFile();
    return (RegularFile) body;
  }

  private void requireRegularFile() {
    if (!isRegularFile()) {
      throw new IllegalStateException("not a regular file: " + body);
    }
  }

  Node copy() {
    return new Node(body, attributes);
  }
}
