package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a site does not trust although it is signed: fingerprints of certificates, and with {@code
 * <fqrn N} the revisions of a repository before N. Several files count together.
 */
public final class Blacklist {
  private final List<Revoked> revoked = new ArrayList<>();
  private final List<Refused> refused = new ArrayList<>();

  private record Revoked(Set<Fingerprint> certificates, Path by) {}

  private record Refused(String fqrn, long before, Path by) {}

  private Blacklist() {}

  static Blacklist none() {
    return new Blacklist();
  }

  /**
   * Reads files. Empty lines and comments ({@code #}) mean nothing; any other line must be one of
   * the two forms, for a line that is not understood would silently trust what it revokes.
   */
  static Blacklist read(List<Path> files) {
    Blacklist blacklist = new Blacklist();
    for (Path file : files) {
      try {
        blacklist.add(Files.readAllLines(file, StandardCharsets.ISO_8859_1), file);
      } catch (IOException e) {
        throw new ConfFailure("the blacklist %s cannot be read".formatted(file), e);
      }
    }
    return blacklist;
  }

  void add(List<String> lines, Path file) {
    Set<Fingerprint> certificates = new HashSet<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i).strip();
      String[] words = line.split("[ \t]+", -1);
      if (line.startsWith("<") && words.length == 2 && words[1].matches("[0-9]{1,18}")) {
        refused.add(new Refused(words[0].substring(1), Long.parseLong(words[1]), file));
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
    revoked.add(new Revoked(certificates, file));
  }

  /**
   * Looks for the certificate that something is signed with.
   *
   * @throws CvmfsFailure.Trust if it is revoked
   */
  void requireAllowed(String what, RepositoryCertificate certificate) {
    for (Revoked list : revoked) {
      if (certificate.isIn(list.certificates())) {
        throw new CvmfsFailure.Trust(
            "%s is signed with the certificate %s, which the blacklist %s revokes"
                .formatted(what, certificate.fingerprint(), list.by()));
      }
    }
  }

  /**
   * Looks for a revision of a repository, an unsigned number.
   *
   * @throws CvmfsFailure.Trust if it is refused
   */
  public void requireAllowed(String what, String fqrn, long revision) {
    for (Refused list : refused) {
      if (list.fqrn().equals(fqrn) && Long.compareUnsigned(revision, list.before()) < 0) {
        throw new CvmfsFailure.Trust(
            "%s is revision %s, and the blacklist %s refuses those before %d"
                .formatted(what, Long.toUnsignedString(revision), list.by(), list.before()));
      }
    }
  }
}
