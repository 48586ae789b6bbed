package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;

/**
 * What a client must see of a tree that was published: every entry with all that it has. It is
 * worked out from the tree, not from the catalogs.
 */
public final class PublishedTree {
  private final PublisherOptions options;
  private final Revision revision;
  private final TreeLinks links;

  private PublishedTree(Tree tree, PublisherOptions options, Revision revision) {
    this.options = options;
    this.revision = revision;
    this.links = new TreeLinks(tree);
  }

  /** The entries in path order, the root first; links numbered as by {@link #renumberLinks}. */
  public static List<Entry> entries(Tree tree, PublisherOptions options, Revision revision)
      throws IOException {
    PublishedTree published = new PublishedTree(tree, options, revision);
    Map<List<Object>, Long> groups = new HashMap<>();
    List<Entry> entries = new ArrayList<>();
    for (Map.Entry<TreePath, Node> node : tree.nodes().entrySet()) {
      entries.add(published.entry(node.getKey(), node.getValue(), groups));
    }
    return renumberLinks(entries);
  }

  /** The bytes of a regular file of the tree. */
  public static Content content(Tree tree, TreePath path) {
    return tree.get(path).regularFile().content();
  }

  /** Numbers groups of hard links in the order in which they appear, so that lists compare. */
  public static List<Entry> renumberLinks(List<Entry> entries) {
    Map<Long, Long> numbers = new HashMap<>(Map.of(0L, 0L));
    List<Entry> renumbered = new ArrayList<>();
    for (Entry entry : entries) {
      if (entry instanceof Entry.RegularFile file) {
        long number = numbers.computeIfAbsent(file.linkGroup(), group -> (long) numbers.size());
        renumbered.add(
            new Entry.RegularFile(
                file.path(),
                file.attributes(),
                file.size(),
                file.identity(),
                file.objects(),
                number));
      } else {
        renumbered.add(entry);
      }
    }
    return renumbered;
  }

  private Entry entry(TreePath path, Node node, Map<List<Object>, Long> groups) throws IOException {
    Attributes attributes = attributes(node);
    if (node.body() instanceof Node.Symlink link) {
      return new Entry.Symlink(path, attributes, link.target());
    }
    if (node.body() instanceof Node.Special special) {
      return new Entry.Special(path, attributes, special.kind(), special.major(), special.minor());
    }
    if (!(node.body() instanceof Node.RegularFile file)) {
      return new Entry.Directory(path, attributes);
    }
    long size = file.content().size();
    List<ObjectRef> objects = revision.objectsOf(path);
    long group =
        links.count(path, node) == 1
            ? 0
            : groups.computeIfAbsent(List.of(node, path.parent()), key -> (long) groups.size() + 1);
    return new Entry.RegularFile(
        path, attributes, size, identity(file, objects), size == 0 ? List.of() : objects, group);
  }

  private Attributes attributes(Node node) {
    Attributes kept = node.attributes();
    if (options.nanoseconds()) {
      return kept;
    }
    return new Attributes(
        kept.permissions(),
        kept.uid(),
        kept.gid(),
        new Timestamp(kept.mtime().seconds(), 0),
        kept.xattrs());
  }

  private ContentHash identity(Node.RegularFile file, List<ObjectRef> objects) throws IOException {
    if (objects.get(0).kind() == ObjectKind.DATA) {
      return objects.get(0).hash();
    }
    MessageDigest digest = ObjectHash.digest(options.hash());
    if (options.bulkHash() == BulkHash.NONE) {
      objects.forEach(chunk -> digest.update(chunk.hash().digest()));
    } else {
      hashWhole(file.content(), digest);
    }
    return ObjectHash.finish(options.hash(), digest);
  }

  private void hashWhole(Content content, MessageDigest digest) throws IOException {
    try (InputStream in = content.open();
        OutputStream hashed = new DigestOutputStream(OutputStream.nullOutputStream(), digest);
        OutputStream out =
            options.compression() == Compression.ZLIB ? new DeflaterOutputStream(hashed) : hashed) {
      in.transferTo(out);
    }
  }
}
