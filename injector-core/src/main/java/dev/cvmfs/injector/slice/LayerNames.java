package dev.cvmfs.injector.slice;

import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.nio.charset.StandardCharsets;

/**
 * Names of what is in a layer besides the visible trees.
 *
 * @param prefix the directory that everything is in
 */
public record LayerNames(ByteString prefix) {
  /** The store, below the directory that everything is in. */
  public static final String DATA = "/.data";

  /** The folder with the lists of garbage, below that directory. */
  public static final String GARBAGE = DATA + "/.garbage";

  /** The folder that says how the layer came to be, below that directory. */
  public static final String PROVENANCE = "/.provenance";

  public ByteString provenance() {
    return below(PROVENANCE);
  }

  /** What the names below {@link #provenance} begin with. */
  public ByteString inProvenance() {
    return below(PROVENANCE + "/");
  }

  ByteString provenance(String path) {
    return below(PROVENANCE + "/" + path);
  }

  public ByteString garbage() {
    return below(GARBAGE);
  }

  ByteString garbage(String fqrn) {
    return below(GARBAGE + "/" + fqrn);
  }

  public ByteString data() {
    return below(DATA);
  }

  /** What the names in the store begin with. */
  public ByteString inData() {
    return below(DATA + "/");
  }

  /** A directory of the store, such as {@code XX/YY}. */
  public ByteString dataDirectory(String path) {
    return below(DATA + "/" + path);
  }

  public ByteString object(DataName name) {
    return below(DATA + "/" + name.path());
  }

  /** What a layer without hard links says of the tree with them. */
  public ByteString tree() {
    return below(DATA + "/.tree");
  }

  public ByteString index() {
    return below(DATA + "/.index");
  }

  /** Whether the file is one of those in the tree that have content there. */
  public boolean mayHaveContent(ByteString name) {
    return name.startsWith(inProvenance()) || name.startsWith(below(GARBAGE + "/"));
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
