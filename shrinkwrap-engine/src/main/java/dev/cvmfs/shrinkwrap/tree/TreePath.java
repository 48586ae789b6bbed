package dev.cvmfs.shrinkwrap.tree;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A path inside a tree, as bytes: the root is empty, anything else is {@code /a/b} without a
 * trailing slash. Names need not be UTF-8; they are never empty, {@code .} or {@code ..}, and hold
 * no slash and no NUL.
 *
 * <p>The order is component-wise and bytewise, which is the order of a depth-first walk over sorted
 * directories: {@code /a}, {@code /a/x}, {@code /a-b}.
 */
public final class TreePath implements Comparable<TreePath> {
  public static final TreePath ROOT = new TreePath(new byte[0]);

  private final byte[] bytes;

  private TreePath(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * A path from its bytes.
   *
   * @throws IllegalArgumentException if they are not a path as described above
   */
  public static TreePath of(byte[] bytes) {
    if (bytes.length == 0) {
      return ROOT;
    }
    if (bytes[0] != '/') {
      throw new IllegalArgumentException("not an absolute path: " + ByteString.display(bytes));
    }
    int start = 1;
    for (int i = 1; i <= bytes.length; i++) {
      if (i == bytes.length || bytes[i] == '/') {
        requireName(bytes, start, i);
        start = i + 1;
      }
    }
    return new TreePath(bytes.clone());
  }

  /** A path from text, in UTF-8. */
  public static TreePath of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A path from its bytes without the leading slash, as archives have them. */
  public static TreePath ofRelative(ByteString name) {
    byte[] relative = name.bytes();
    byte[] absolute = new byte[relative.length + 1];
    absolute[0] = '/';
    System.arraycopy(relative, 0, absolute, 1, relative.length);
    return relative.length == 0 ? ROOT : of(absolute);
  }

  /** The path of a directory's child. */
  public TreePath child(byte[] name) {
    requireName(name, 0, name.length);
    return new TreePath(joined(bytes, name));
  }

  /** Bytes with a slash between them; neither need be such a path, so the result need not be. */
  public static byte[] joined(byte[] directory, byte[] name) {
    byte[] joined = Arrays.copyOf(directory, directory.length + 1 + name.length);
    joined[directory.length] = '/';
    System.arraycopy(name, 0, joined, directory.length + 1, name.length);
    return joined;
  }

  /** Where the name that begins at an index ends: at the next slash, or where the path does. */
  public static int endOfName(byte[] path, int start) {
    int end = start;
    while (end < path.length && path[end] != '/') {
      end++;
    }
    return end;
  }

  private static void requireName(byte[] bytes, int from, int to) {
    int length = to - from;
    boolean dots =
        (length == 1 && bytes[from] == '.')
            || (length == 2 && bytes[from] == '.' && bytes[from + 1] == '.');
    if (length == 0 || dots) {
      throw new IllegalArgumentException("not a file name in a path: " + ByteString.display(bytes));
    }
    for (int i = from; i < to; i++) {
      if (bytes[i] == 0 || bytes[i] == '/') {
        throw new IllegalArgumentException(
            "not a file name in a path: " + ByteString.display(bytes));
      }
    }
  }

  public boolean isRoot() {
    return bytes.length == 0;
  }

  /** The directory this path lies in; the root's parent is the root. */
  public TreePath parent() {
    int slash = lastSlash();
    return slash <= 0 ? ROOT : new TreePath(Arrays.copyOf(bytes, slash));
  }

  /** The last component; empty for the root. */
  public byte[] name() {
    return isRoot() ? new byte[0] : Arrays.copyOfRange(bytes, lastSlash() + 1, bytes.length);
  }

  private int lastSlash() {
    int i = bytes.length - 1;
    while (i >= 0 && bytes[i] != '/') {
      i--;
    }
    return i;
  }

  /** Whether this is the other path or lies below it. */
  public boolean isAtOrBelow(TreePath other) {
    int length = other.bytes.length;
    return bytes.length >= length
        && Arrays.equals(bytes, 0, length, other.bytes, 0, length)
        && (bytes.length == length || bytes[length] == '/');
  }

  /** How many bytes it has. */
  public int length() {
    return bytes.length;
  }

  public byte[] bytes() {
    return bytes.clone();
  }

  @Override
  public int compareTo(TreePath other) {
    int mismatch = Arrays.mismatch(bytes, other.bytes);
    if (mismatch < 0) {
      return 0;
    }
    if (mismatch == bytes.length) {
      return -1;
    }
    if (mismatch == other.bytes.length) {
      return 1;
    }
    return Integer.compare(rank(bytes[mismatch]), rank(other.bytes[mismatch]));
  }

  /** A slash ends a component, so it sorts before every byte that could continue one. */
  private static int rank(byte b) {
    return b == '/' ? 0 : Byte.toUnsignedInt(b) + 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TreePath that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /**
   * For people: the root as {@code /}, printable ASCII and valid UTF-8 as it is, all else as {@code
   * \xNN}.
   */
  @Override
  public String toString() {
    return isRoot() ? "/" : ByteString.display(bytes);
  }
}
