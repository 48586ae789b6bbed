package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.elf.ElfFile;
import dev.cvmfs.shrinkwrap.tree.ByteString;

/** What a file is to a machine that runs it. */
sealed interface Program {

  /** A program or shared library. */
  record Binary(ElfFile elf) implements Program {}

  /**
   * A script.
   *
   * @param interpreter the machine's path of what it begins with
   */
  record Script(ByteString interpreter) implements Program {}

  /** Data, or what only interpreters know how to run. */
  record Other() implements Program {}
}
