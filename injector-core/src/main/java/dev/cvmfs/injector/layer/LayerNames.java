package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.FixedAttributes;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.nio.charset.StandardCharsets;

/** Names, and {@link FixedAttributes}, of what is in a layer besides the slice itself. */
record LayerNames(ByteString prefix) {
  static final Attributes PUBLIC = FixedAttributes.PUBLIC;
  static final Attributes PRIVATE = FixedAttributes.PRIVATE;
  static final Attributes PUBLIC_FILE = FixedAttributes.PUBLIC_FILE;
  static final Attributes INDEX = FixedAttributes.PRIVATE_FILE;

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
