package dev.cvmfs.shrinkwrap.elf;

import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.List;
import java.util.Optional;

/**
 * What a program or shared library asks of the loader (ld.so(8)).
 *
 * @param target for which machines it is
 * @param interpreter path of the program that loads it (PT_INTERP); libraries mostly have none
 * @param needed names of libraries (DT_NEEDED), and those that it filters (DT_AUXILIARY, DT_FILTER)
 * @param rpath where it and what it needs is looked for (DT_RPATH), directories between colons
 * @param runpath where what it needs itself is looked for (DT_RUNPATH); the loader ignores rpath
 *     then
 */
public record ElfFile(
    Target target,
    Optional<ByteString> interpreter,
    List<ByteString> needed,
    Optional<ByteString> rpath,
    Optional<ByteString> runpath) {

  /** Only files with the same can be loaded together; {@code machine} is e_machine. */
  public record Target(boolean is64Bit, boolean isBigEndian, int machine) {}

  public ElfFile {
    needed = List.copyOf(needed);
  }
}
