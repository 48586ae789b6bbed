package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.conf.ConfFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a site does not trust although it is signed: fingerprints of certificates, and with {@code
 * <fqrn N} the revisions of a repository before N.
 */
record Blacklist(Set<Fingerprint> certificates, Map<String, Long> leastRevisions) {

  static Blacklist none() {
    return new Blacklist(Set.of(), Map.of());
  }

  /**
   * Reads a file. Empty lines and comments ({@code #}) mean nothing; any other line must be one of
   * the two forms, for a line that is not understood would silently trust what it revokes.
   */
  static Blacklist read(Path file) {
    try {
      return parse(Files.readAllLines(file, StandardCharsets.ISO_8859_1), file);
    } catch (IOException e) {
      throw new ConfFailure("the blacklist %s cannot be read".formatted(file), e);
    }
  }

  static Blacklist parse(List<String> lines, Path file) {
    Set<Fingerprint> certificates = new HashSet<>();
    Map<String, Long> revisions = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      String[] words = line.split("[ \t]+", -1);
      if (line.startsWith("<") && words.length == 2 && words[1].matches("[0-9]{1,18}")) {
        revisions.merge(words[0].substring(1), Long.valueOf(words[1]), Math::max);
      } else if (!line.isEmpty() && !line.startsWith("#")) {
        int number = i + 1;
        certificates.add(
            Fingerprint.parse(line)
                .orElseThrow(
                    () ->
                        new ConfFailure(
                            "%s:%d: neither a fingerprint nor '<repository revision'"
                                .formatted(file, number))));
      }
    }
    return new Blacklist(Set.copyOf(certificates), Map.copyOf(revisions));
  }
}
