package dev.cvmfs.shrinkwrap.tree;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Where machines see a repository: {@code /cvmfs/FQRN}. */
public final class Mountpoint {
  private final byte[] path;

  /**
   * @param fqrn the repository's name, such as {@code sft.cern.ch}
   */
  public Mountpoint(String fqrn) {
    this.path = ("/cvmfs/" + fqrn).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What follows the mountpoint in a machine's path, such as {@code /lib} for {@code
   * /cvmfs/sft.cern.ch/lib}; empty if the path is not at or below it. Dots are left as they are.
   */
  public Optional<byte[]> inside(byte[] absolute) {
    boolean below =
        absolute.length >= path.length
            && Arrays.equals(absolute, 0, path.length, path, 0, path.length)
            && (absolute.length == path.length || absolute[path.length] == '/');
    return below
        ? Optional.of(Arrays.copyOfRange(absolute, path.length, absolute.length))
        : Optional.empty();
  }

  /** The machine's path of a path inside the repository. */
  public byte[] onMachine(TreePath inside) {
    byte[] bytes = inside.bytes();
    byte[] all = Arrays.copyOf(path, path.length + bytes.length);
    System.arraycopy(bytes, 0, all, path.length, bytes.length);
    return all;
  }

  /** A path without empty components and dots, as if there were no symbolic links. */
  public static byte[] withoutDots(byte[] path) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(path.length);
    int start = 1;
    while (start <= path.length) {
      int end = TreePath.endOfName(path, start);
      int length = end - start;
      boolean dot = length == 1 && path[start] == '.';
      if (length == 2 && path[start] == '.' && path[start + 1] == '.') {
        byte[] above = out.toByteArray();
        int slash = above.length - 1;
        while (slash > 0 && above[slash] != '/') {
          slash--;
        }
        out.reset();
        out.write(above, 0, Math.max(0, slash));
      } else if (length > 0 && !dot) {
        out.write('/');
        out.write(path, start, length);
      }
      start = end + 1;
    }
    return out.toByteArray();
  }
}
