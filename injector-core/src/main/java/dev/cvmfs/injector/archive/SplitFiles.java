package dev.cvmfs.injector.archive;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * The names of archives that share a slice: {@code sw.tar.gz} for the rest, and {@code
 * sw-NAME.tar.gz} for each directory. What is not usual in the names of files is written as percent
 * sign and hexadecimal digits.
 */
final class SplitFiles {
  private static final List<String> DOUBLE_ENDINGS = List.of(".tar.gz", ".tar.zst", ".tar.xz");

  private final Path file;
  private final String stem;
  private final String ending;

  SplitFiles(Path file) {
    this.file = file;
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    this.ending =
        DOUBLE_ENDINGS.stream()
            .filter(name::endsWith)
            .findFirst()
            .orElse(dot > 0 ? name.substring(dot) : "");
    this.stem = name.substring(0, name.length() - ending.length());
  }

  /** The file for a directory. */
  Path of(TreePath directory) {
    StringBuilder name = new StringBuilder(stem).append('-');
    for (byte b : directory.name()) {
      char c = (char) Byte.toUnsignedInt(b);
      if (isUsual(c)) {
        name.append(c);
      } else {
        name.append(String.format(Locale.ROOT, "%%%02x", (int) c));
      }
    }
    return file.resolveSibling(name.append(ending).toString());
  }

  private static boolean isUsual(char c) {
    return (c < 0x80 && Character.isLetterOrDigit(c)) || "._+-".indexOf(c) >= 0;
  }
}
