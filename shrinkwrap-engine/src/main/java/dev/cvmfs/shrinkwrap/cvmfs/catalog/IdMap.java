package dev.cvmfs.shrinkwrap.cvmfs.catalog;

import dev.cvmfs.conf.ConfFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Owners or groups replaced by others (uid_map.h): lines {@code <from> <to>}, where {@code *}
 * stands for all that are not named. What is not mapped stays.
 */
public record IdMap(Map<Long, Long> ids, OptionalLong others) {

  public static IdMap identity() {
    return new IdMap(Map.of(), OptionalLong.empty());
  }

  /**
   * Reads a map file; empty lines and lines beginning with {@code #} do not count.
   *
   * @throws ConfFailure if it cannot be read or has a line of another form
   */
  public static IdMap read(Path file) {
    try {
      return parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1), file);
    } catch (IOException e) {
      throw new ConfFailure(
          "the map %s cannot be read (CVMFS_UID_MAP, CVMFS_GID_MAP)".formatted(file), e);
    }
  }

  static IdMap parse(List<String> lines, Path file) {
    Map<Long, Long> ids = new HashMap<>();
    OptionalLong others = OptionalLong.empty();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.split("[ \t]+", -1);
      if (words.length != 2 || !words[0].matches("\\*|[0-9]{1,10}") || !isId(words[1])) {
        throw new ConfFailure(
            "%s:%d: '%s' is not of the form '<id or *> <id>'".formatted(file, i + 1, line));
      }
      long target = Long.parseLong(words[1]);
      if (words[0].equals("*")) {
        others = OptionalLong.of(target);
      } else {
        ids.put(Long.valueOf(words[0]), target);
      }
    }
    return new IdMap(Map.copyOf(ids), others);
  }

  private static boolean isId(String word) {
    return word.matches("[0-9]{1,10}") && Long.parseLong(word) <= 0xffff_ffffL;
  }

  public long map(long id) {
    Long target = ids.get(id);
    return target == null ? others.orElse(id) : target;
  }
}
