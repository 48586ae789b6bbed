package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code .cvmfspublished}: which state of a repository is the newest (manifest.cc). Lines of one
 * letter and a value; unknown letters mean nothing to us, of repeated ones the last counts.
 *
 * @param rootCatalog C
 * @param rootPath R, the MD5 of the root path
 * @param revision S
 * @param repository N
 * @param certificate X
 * @param history H, the tag database
 * @param published T; the epoch if it is not said
 * @param alternativePaths A: root catalog and certificate lie beside {@code data/}
 */
public record Manifest(
    ContentHash rootCatalog,
    String rootPath,
    long revision,
    Optional<String> repository,
    Optional<ContentHash> certificate,
    Optional<ContentHash> history,
    Instant published,
    boolean alternativePaths) {

  /** Reads the text lines of a manifest. */
  static Manifest parse(String what, List<String> lines) {
    Map<Character, String> values = new HashMap<>();
    for (String line : lines) {
      if (!line.isEmpty()) {
        values.put(line.charAt(0), line.substring(1));
      }
    }
    for (char required : new char[] {'C', 'R', 'D', 'S'}) {
      if (!values.containsKey(required)) {
        throw new CvmfsFailure.Data("%s is incomplete: no line %s".formatted(what, required));
      }
    }
    try {
      return new Manifest(
          ContentHash.parse(values.getOrDefault('C', "")),
          values.getOrDefault('R', ""),
          Long.parseUnsignedLong(values.getOrDefault('S', "")),
          Optional.ofNullable(values.get('N')),
          Optional.ofNullable(values.get('X')).map(ContentHash::parse),
          Optional.ofNullable(values.get('H')).map(ContentHash::parse),
          Instant.ofEpochSecond(seconds(values.getOrDefault('T', "0"))),
          values.getOrDefault('A', "no").equals("yes"));
    } catch (IllegalArgumentException e) {
      throw new CvmfsFailure.Data(
          "%s is malformed: %s".formatted(what, Letter.display(String.valueOf(e.getMessage()))), e);
    }
  }

  private static long seconds(String text) {
    long seconds = Long.parseLong(text);
    if (seconds < 0 || seconds > Instant.MAX.getEpochSecond()) {
      throw new IllegalArgumentException("no point in time: " + text);
    }
    return seconds;
  }
}
