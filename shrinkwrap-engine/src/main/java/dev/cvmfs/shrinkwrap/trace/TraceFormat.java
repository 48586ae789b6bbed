package dev.cvmfs.shrinkwrap.trace;

import java.nio.charset.StandardCharsets;

/** What kinds of records of used paths there are. */
enum TraceFormat {
  /** Trace logs of the CVMFS client ({@code CVMFS_TRACEFILE}). */
  CVMFS,
  /** Logs of {@code strace}. */
  STRACE,
  /** Logs of the Linux audit daemon. */
  AUDIT,
  /** A path a line. */
  LIST,
  /** Paths that end with NUL. */
  NUL_LIST;

  /** Finds out from the first bytes of a file. */
  static TraceFormat of(byte[] beginning, int length) {
    int start = 0;
    while (start < length && isBlank(beginning[start])) {
      start++;
    }
    int end = start;
    boolean nul = false;
    for (int i = start; i < length; i++) {
      nul |= beginning[i] == 0;
    }
    while (end < length && beginning[end] != '\n') {
      end++;
    }
    String line = new String(beginning, start, end - start, StandardCharsets.ISO_8859_1);
    if (line.matches("\"[0-9.]+\",\"-?[0-9]+\",\".*") || line.startsWith("\"")) {
      return CVMFS;
    }
    if (line.matches("(node=\\S+ )?type=[A-Z0-9_\\[\\]]+ msg=audit\\(.*")) {
      return AUDIT;
    }
    if (nul || line.startsWith("/")) {
      return nul ? NUL_LIST : LIST;
    }
    return line.matches(
            "(\\[pid +[0-9]+\\] |[0-9]+ +)?([0-9:.]+ +(\\([+ 0-9.]+\\) +)?)?(\\w+\\(|<\\.\\.\\. |\\+\\+\\+ |--- |strace: ).*")
        ? STRACE
        : LIST;
  }

  private static boolean isBlank(byte b) {
    return b == '\n' || b == '\r' || b == ' ' || b == '\t';
  }
}
