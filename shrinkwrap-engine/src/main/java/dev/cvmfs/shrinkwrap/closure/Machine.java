package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.elf.ElfFile;
import java.util.Arrays;
import java.util.List;

/**
 * What loaders put into search paths on a machine of a kind. It is not known on which one programs
 * will run, so all that are usual are tried.
 */
enum Machine {
  I386(3, "i386-linux-gnu", "i686 i586 i386", ""),
  PPC64(21, "powerpc64le-linux-gnu", "power8 power9 power10", "power9 power10"),
  S390(22, "s390x-linux-gnu", "z13 z14 z15 z16", "z13 z14 z15 z16"),
  X86_64(62, "x86_64-linux-gnu", "x86_64 haswell xeon_phi", "x86-64-v2 x86-64-v3 x86-64-v4"),
  AARCH64(183, "aarch64-linux-gnu", "aarch64", ""),
  RISCV(243, "riscv64-linux-gnu", "", ""),
  OTHER(-1, "", "", "");

  private final int number;
  private final String tuple;
  private final String platforms;
  private final String capabilities;

  /**
   * @param number e_machine in ELF
   * @param tuple Debian's name of its directories of libraries
   */
  Machine(int number, String tuple, String platforms, String capabilities) {
    this.number = number;
    this.tuple = tuple;
    this.platforms = platforms;
    this.capabilities = capabilities;
  }

  static Machine of(ElfFile.Target target) {
    return Arrays.stream(values())
        .filter(machine -> machine.number == target.machine())
        .findFirst()
        .orElse(OTHER);
  }

  /** What {@code $LIB} stands for on some distribution. */
  List<String> lib(ElfFile.Target target) {
    String wide = target.is64Bit() ? "lib64" : "lib32";
    return tuple.isEmpty() ? List.of(wide, "lib") : List.of(wide, "lib", "lib/" + tuple);
  }

  /** What {@code $PLATFORM} stands for. */
  List<String> platforms() {
    return words(platforms);
  }

  /** Names of the directories in {@code glibc-hwcaps} that its models choose from. */
  List<String> capabilities() {
    return words(capabilities);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" ", -1));
  }
}
