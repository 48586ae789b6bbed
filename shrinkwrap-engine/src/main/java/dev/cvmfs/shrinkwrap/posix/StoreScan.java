package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.Errno;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.os.SystemCallException;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.util.List;

/** Goes through all files of the store. Only names are read, so it is quick. */
final class StoreScan {
  private final PosixCalls calls;
  private final Layout layout;

  StoreScan(PosixCalls calls, Layout layout) {
    this.calls = calls;
    this.layout = layout;
  }

  /** Takes a file of the store. */
  interface Visitor {
    /**
     * Takes one.
     *
     * @param name below the store
     */
    void visit(String name, long inode) throws IOException;
  }

  void forEach(Visitor visitor) throws IOException {
    for (String top : directories("")) {
      for (String second : directories(top + "/")) {
        String folder = top + "/" + second + "/";
        for (PosixCalls.Name file : list(folder)) {
          visitor.visit(folder + file.bytes(), file.inode());
        }
      }
    }
  }

  /** Those named by two hexadecimal digits. */
  private List<String> directories(String below) throws IOException {
    return list(below).stream()
        .map(name -> name.bytes().toString())
        .filter(name -> name.length() == 2 && name.chars().allMatch(StoreScan::isHex))
        .sorted()
        .toList();
  }

  private static boolean isHex(int c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  }

  private List<PosixCalls.Name> list(String below) throws IOException {
    try {
      return calls.list(ByteString.of(layout.data() + "/" + below));
    } catch (SystemCallException e) {
      if (e.is(Errno.ENOENT) || e.is(Errno.ENOTDIR)) {
        // Removed by a run that collects garbage of another repository.
        return List.of();
      }
      throw e;
    }
  }
}
