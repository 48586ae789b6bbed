package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.IOException;

/**
 * Decides which files of the store are believed to have the content that their names say, and
 * proves the others. Safe for use by several threads.
 */
final class Trust {

  /** How much is believed. */
  enum Extent {
    /** All that is there: we put it there, complete and verified. */
    OURS,
    /**
     * What has a visible link: it was on the disk before it was linked. What has none may have been
     * torn when the machine went down.
     */
    LINKED,
    /** Nothing: it is somebody else's, or it is to be verified. */
    NOTHING
  }

  private final Extent extent;
  private final PosixCalls calls;
  private final ContentProof proof;
  private final InodeSet proven = new InodeSet();
  private final InodeSet disproved = new InodeSet();

  Trust(Extent extent, PosixCalls calls, ContentProof proof) {
    this.extent = extent;
    this.calls = calls;
    this.proof = proof;
  }

  Extent extent() {
    return extent;
  }

  /** Says that the file was just written by this run. */
  void written(ByteString path) throws IOException {
    calls.status(path).ifPresent(status -> proven.add(status.inode()));
  }

  /**
   * Whether a file of the store, whose length is right, has the content.
   *
   * @param named whether its name alone says which content it should have
   */
  boolean deserves(ByteString path, FileStatus status, Entry.RegularFile file, boolean named)
      throws IOException {
    if (proven.contains(status.inode())) {
      return true;
    }
    boolean believed =
        named && (extent == Extent.OURS || (extent == Extent.LINKED && status.links() > 1));
    return believed || proves(path, status, file);
  }

  /** Whether its content can be proven, or was. */
  boolean proves(ByteString path, FileStatus status, Entry.RegularFile file) throws IOException {
    if (proven.contains(status.inode())) {
      return true;
    }
    if (disproved.contains(status.inode())) {
      return false;
    }
    boolean holds = proof.holds(path, file);
    (holds ? proven : disproved).add(status.inode());
    return holds;
  }
}
