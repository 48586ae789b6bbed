package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/** Which paths of a repository are wanted; {@link SpecificationFile} is the one people write. */
public interface Specification {

  /**
   * Reads the text of a specification.
   *
   * @param name what to call it in messages, usually its file name
   * @throws SpecFailure if it is not a specification; all problems are listed, with line numbers
   */
  static SpecificationFile parse(byte[] source, String name) {
    return SpecificationFile.parse(source, name);
  }

  /**
   * Whether the entry itself belongs to the slice, be it only as a directory on the way to others.
   */
  boolean includes(TreePath path);

  /**
   * Whether anything below the directory may belong to the slice; if not, it need not be opened. A
   * directory that is not included itself belongs to the slice if and only if something below it
   * turns out to: {@link dev.cvmfs.shrinkwrap.tree.HeldDirectories} keeps such ones for a walk.
   */
  boolean descends(TreePath directory);

  /** The text it was read from, exactly. */
  byte[] source();
}
