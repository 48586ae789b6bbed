package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The newest state of a repository that a cache has seen, so that nobody can show it an older one:
 * file {@code cvmfschecksum.<fqrn>}, holding {@code <root hash>T<seconds>[R<revision>]}
 * (manifest.cc, {@code Breadcrumb}).
 */
public record Breadcrumb(ContentHash rootCatalog, Instant published, long revision) {
  private static final Pattern TEXT =
      Pattern.compile("([0-9a-f]{40}(?:-rmd160|-shake128)?)T([0-9]{1,15})(?:R([0-9]{1,18}))?");

  static Breadcrumb of(Manifest manifest) {
    return new Breadcrumb(manifest.rootCatalog(), manifest.published(), manifest.revision());
  }

  /** Where a cache keeps it. */
  static Path file(Path cache, String fqrn) {
    return cache.resolve("cvmfschecksum." + fqrn);
  }

  /** Reads the file; empty if there is none, or none that is whole. */
  static Optional<Breadcrumb> read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String revision = matcher.group(3);
    return Optional.of(
        new Breadcrumb(
            ContentHash.parse(matcher.group(1)),
            Instant.ofEpochSecond(Long.parseLong(matcher.group(2))),
            revision == null ? 0 : Long.parseLong(revision)));
  }

  /**
   * Replaces the file.
   *
   * @param temporary a file on the same file system, which becomes it
   */
  void write(Path temporary, Path file) throws IOException {
    Files.writeString(
        temporary, "%sT%dR%d".formatted(rootCatalog, published.getEpochSecond(), revision));
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
