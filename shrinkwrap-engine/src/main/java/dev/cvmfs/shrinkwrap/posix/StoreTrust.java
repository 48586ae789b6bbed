package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.LongSet;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Decides which files of the store are believed to have the content that their names say, and
 * proves the others. Safe for use by several threads.
 */
final class StoreTrust {

  /** How much is believed. */
  enum Extent {
    /** All that is there: we put it there, complete and verified. */
    OURS,
    /**
     * What has a visible link: it was on the disk before it was linked. What has none may have been
     * torn when the machine went down.
     */
    LINKED,
    /**
     * What the repository's own tree is linked to: that was proven by an earlier run. Others of the
     * store's files may be somebody else's.
     */
    OWN_LINKS,
    /** Nothing: it is somebody else's, or it is to be verified. */
    NOTHING
  }

  private final Extent extent;
  private final PosixCalls calls;
  private final ContentProof proof;
  private final LongSet proven = new LongSet();
  private final LongSet disproved = new LongSet();
  private final LongSet copies = new LongSet();

  StoreTrust(Extent extent, PosixCalls calls, ContentProof proof) {
    this.extent = extent;
    this.calls = calls;
    this.proof = proof;
  }

  Extent extent() {
    return extent;
  }

  /** Whether only we have written to the store, by the rules for names that hold today. */
  boolean isStoreOurs() {
    return extent == Extent.OURS || extent == Extent.LINKED;
  }

  /** Says that the file was just written by this run. */
  void written(ByteString path, DataFile file) throws IOException {
    calls.status(path).ifPresent(status -> proven.add(key(status, file)));
  }

  /** Says that a further copy of a file is as good as the file. */
  void foundCopy(FileStatus copy) {
    copies.add(copy.inode());
  }

  /** Whether a further copy of a good file, under its name with a number, may be used. */
  boolean deservesCopy(FileStatus copy) {
    return isStoreOurs() || copies.contains(copy.inode());
  }

  /**
   * Whether a file of the store, whose length is right, has the content.
   *
   * @param linked whether the visible file is a link to it
   */
  boolean deserves(ByteString path, FileStatus status, DataFile file, boolean linked)
      throws IOException {
    boolean believed =
        switch (extent) {
          case OURS -> true;
          case LINKED -> status.links() > 1;
          case OWN_LINKS -> linked;
          case NOTHING -> false;
        };
    return believed || proves(path, status, file);
  }

  /** Whether its content can be proven, or was. */
  boolean proves(ByteString path, FileStatus status, DataFile file) throws IOException {
    long key = key(status, file);
    if (proven.contains(key)) {
      return true;
    }
    if (disproved.contains(key)) {
      return false;
    }
    boolean holds = proof.holds(path, file.file());
    (holds ? proven : disproved).add(key);
    return holds;
  }

  /**
   * The inode; other than by the one object of their name, contents are told apart by a digest of
   * what they are made of.
   */
  private static long key(FileStatus status, DataFile file) {
    return file.whole()
        ? status.inode()
        : 31 * status.inode() + ByteBuffer.wrap(file.cut().bytes()).getLong();
  }
}
