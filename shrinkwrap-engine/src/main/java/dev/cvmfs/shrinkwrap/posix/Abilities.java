package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.os.SystemCallException;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this user may do on this file system. Found out by trying, once, at the start: whoever runs
 * as root may still be in a container, on a network file system, or on one without attributes.
 *
 * @param root whether permissions keep this user from nothing
 * @param owners whether files can be given away
 * @param devices whether devices can be made
 * @param xattrNamespaces such as {@code user.}
 * @param nanosecondsKept times are kept down to this many nanoseconds
 */
record Abilities(
    boolean root,
    boolean owners,
    boolean devices,
    SortedSet<String> xattrNamespaces,
    int nanosecondsKept) {
  /** What they are called in {@code export.info}. */
  static final String KEY = "abilities";

  private static final int SECOND = 1_000_000_000;
  private static final int ALL_DIGITS = 123_456_789;
  private static final byte[] ONE = {'1'};

  /** A valid list of the kind that is not just the mode: user 0 may read. */
  private static final byte[] ACCESS_LIST =
      HexFormat.of()
          .parseHex(
              "02000000"
                  + "01000600ffffffff"
                  + "0200040000000000"
                  + "04000400ffffffff"
                  + "10000400ffffffff"
                  + "20000400ffffffff");

  /** As they are written down. */
  private static final Pattern TEXT =
      Pattern.compile(
          "Abilities\\[root=(true|false), owners=(true|false), devices=(true|false),"
              + " xattrNamespaces=\\[([a-z., ]*)\\], nanosecondsKept=([0-9]{1,10})\\]");

  Abilities {
    // Sorted, because they are written down and compared.
    xattrNamespaces = Collections.unmodifiableSortedSet(new TreeSet<>(xattrNamespaces));
  }

  /**
   * Tries everything on a file of that name, which is gone afterwards.
   *
   * @param wantOwners whether files are to be given away at all
   */
  static Abilities probe(PosixCalls calls, ByteString file, boolean wantOwners) throws IOException {
    boolean root = calls.effectiveUser() == 0;
    boolean devices = works(() -> calls.makeNode(file, FileStatus.CHARACTER_DEVICE | 0600, 1, 3));
    if (devices) {
      calls.unlink(file);
    }
    calls.makeNode(file, FileStatus.REGULAR | 0600, 0, 0);
    try {
      SortedSet<String> namespaces = new TreeSet<>();
      for (String namespace : Set.of("user.", "trusted.", "security.")) {
        byte[] name = (namespace + "cvmfs_probe").getBytes(StandardCharsets.US_ASCII);
        if (works(() -> calls.setXattr(file, name, ONE))) {
          namespaces.add(namespace);
        }
      }
      byte[] list = "system.posix_acl_access".getBytes(StandardCharsets.US_ASCII);
      if (works(() -> calls.setXattr(file, list, ACCESS_LIST))) {
        namespaces.add("system.");
      }
      calls.setTime(file, new Timestamp(1, ALL_DIGITS));
      int kept = calls.status(file).orElseThrow().mtime().nanos();
      boolean owners = wantOwners && root && works(() -> calls.setOwner(file, 1, 1));
      return new Abilities(root, owners, devices, namespaces, granularity(kept));
    } finally {
      calls.unlink(file);
    }
  }

  /** Reads what an export has written down of itself; empty if that cannot be understood. */
  static Optional<Abilities> parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    SortedSet<String> namespaces = new TreeSet<>();
    for (String namespace : matcher.group(4).split(", ", -1)) {
      namespaces.add(namespace);
    }
    return Optional.of(
        new Abilities(
            Boolean.parseBoolean(matcher.group(1)),
            Boolean.parseBoolean(matcher.group(2)),
            Boolean.parseBoolean(matcher.group(3)),
            namespaces,
            Integer.parseInt(matcher.group(5))));
  }

  /** The same for a user who may do other things, or does not want to give files away. */
  Abilities of(boolean isRoot, boolean wantOwners) {
    return new Abilities(isRoot, owners && wantOwners, devices, xattrNamespaces, nanosecondsKept);
  }

  /** An attempt. */
  private interface Attempt {
    void make() throws IOException;
  }

  private static boolean works(Attempt attempt) throws IOException {
    try {
      attempt.make();
      return true;
    } catch (SystemCallException e) {
      // What is refused here is refused for good reason, and told to the user where it matters.
      return false;
    }
  }

  private static int granularity(int kept) {
    int unit = 1;
    while (unit < SECOND && ALL_DIGITS / unit * unit != kept) {
      unit *= 10;
    }
    return unit;
  }

  /** The time as the file system keeps it. */
  Timestamp kept(Timestamp time) {
    return new Timestamp(time.seconds(), time.nanos() / nanosecondsKept * nanosecondsKept);
  }
}
