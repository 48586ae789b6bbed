package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.tree.TreePath;

/** A file of a tree on disk. */
record PresentFile(TreePath path, FileStatus status) {}
