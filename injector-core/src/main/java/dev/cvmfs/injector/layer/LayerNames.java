package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.nio.charset.StandardCharsets;

/** Names and attributes of what is in a layer besides the slice itself. */
record LayerNames(ByteString prefix) {
  /** Visible to everybody, as the visible trees are. */
  static final Attributes PUBLIC = new Attributes(0755, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

  /** The store is no way around the permissions of the visible directories. */
  static final Attributes PRIVATE = new Attributes(0700, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

  static final Attributes PUBLIC_FILE = new Attributes(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

  static final Attributes INDEX = new Attributes(0600, 0, 0, Timestamp.EPOCH, Xattrs.NONE);

  ByteString provenance() {
    return below("/.provenance");
  }

  ByteString garbage() {
    return below(Garbage.FOLDER);
  }

  /** Whether the file is one of those in the tree that have content there. */
  boolean mayHaveContent(ByteString name) {
    return name.startsWith(below("/.provenance/")) || name.startsWith(below(Garbage.FOLDER + "/"));
  }

  ByteString data() {
    return below("/.data");
  }

  ByteString dataDirectory(String path) {
    return below("/.data/" + path);
  }

  ByteString object(DataName name) {
    return below("/.data/" + name.path());
  }

  /** What a layer without hard links says of the tree with them. */
  ByteString tree() {
    return below("/.data/.tree");
  }

  ByteString index() {
    return below("/.data/.index");
  }

  private ByteString below(String path) {
    byte[] head = prefix.bytes();
    byte[] tail = path.getBytes(StandardCharsets.US_ASCII);
    byte[] name = new byte[head.length + tail.length];
    System.arraycopy(head, 0, name, 0, head.length);
    System.arraycopy(tail, 0, name, head.length, tail.length);
    return ByteString.of(name);
  }
}
