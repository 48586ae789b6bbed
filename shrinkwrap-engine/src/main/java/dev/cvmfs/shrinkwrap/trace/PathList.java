package dev.cvmfs.shrinkwrap.trace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Lists of paths, such as {@code find} prints. Those that begin with {@code /cvmfs/} are as on a
 * machine, others as in the repository; a slash at the end marks a directory that is listed.
 */
final class PathList {
  private static final byte[] MOUNTED = "/cvmfs/".getBytes(StandardCharsets.US_ASCII);

  private final boolean lines;
  private final TraceSink sink;

  /**
   * @param lines whether records are lines, which may end with CR
   */
  PathList(boolean lines, TraceSink sink) {
    this.lines = lines;
    this.sink = sink;
  }

  void read(Records records) throws IOException {
    for (Optional<byte[]> next = records.next(); next.isPresent(); next = records.next()) {
      byte[] path = next.get();
      if (lines && path.length > 0 && path[path.length - 1] == '\r') {
        path = Arrays.copyOf(path, path.length - 1);
      }
      if (path.length > 0 && path[0] == '/') {
        boolean mounted =
            path.length > MOUNTED.length
                && Arrays.equals(path, 0, MOUNTED.length, MOUNTED, 0, MOUNTED.length);
        boolean listed = path[path.length - 1] == '/';
        sink.used(path, !mounted, listed ? Use.LISTED : Use.OPENED);
      } else if (path.length > 0) {
        sink.skipped(Skipped.RELATIVE);
      }
    }
  }
}
