package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/** One change of the visible tree; done in order, they lead to the wanted one. */
sealed interface Step {

  TreePath path();

  /** Removes anything but a directory. */
  record RemoveFile(TreePath path) implements Step {}

  /** Removes a directory that earlier steps have emptied. */
  record RemoveDirectory(TreePath path) implements Step {}

  /** Makes a directory; it gets its attributes when all is in it. */
  record MakeDirectory(TreePath path) implements Step {}

  /** Lets the owner change what is in a directory. */
  record UnlockDirectory(TreePath path) implements Step {}

  /** Gives a directory its attributes. */
  record FinishDirectory(TreePath path, Expected expected) implements Step {}

  /**
   * Makes a file with content: a link to one of the store.
   *
   * @param object its path below the store
   * @param replaces whether something that is not a directory is there
   */
  record PutLink(TreePath path, String object, boolean replaces) implements Step {}

  /** Makes a symbolic link. */
  record PutSymlink(TreePath path, ByteString target, Expected expected) implements Step {}

  /**
   * Makes a file without content: an empty regular file or a special one.
   *
   * @param type as in the mode
   */
  record PutNode(TreePath path, int type, int major, int minor, Expected expected)
      implements Step {}
}
