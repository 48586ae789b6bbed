package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * {@code .cvmfswhitelist}: which certificates may sign a repository's manifest, and until when
 * (whitelist.cc).
 *
 * <pre>
 * 20261122112252               creation time
 * E20361119112252              expiry, UTC
 * Ntiny.example.org            repository
 * 10:92:BF:…:B4 # comment      fingerprints
 * </pre>
 *
 * @param expiry UTC
 */
record Whitelist(LocalDateTime expiry, String repository, List<Fingerprint> fingerprints) {
  /** Strict, for by default a 31st of April would be accepted. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMddHHmmss").withResolverStyle(ResolverStyle.STRICT);

  static Whitelist parse(String what, List<String> lines) {
    if (lines.size() < 3
        || !lines.get(0).matches("[0-9]{14}")
        || !lines.get(1).matches("E[0-9]{14}")
        || !lines.get(2).startsWith("N")) {
      throw new CvmfsFailure.Data("%s is malformed".formatted(what));
    }
    if (lines.size() > 3 && lines.get(3).startsWith("Vpkcs7")) {
      throw new CvmfsFailure.Trust(
          "%s asks to be verified by PKCS#7, which is not supported".formatted(what));
    }
    try {
      return new Whitelist(
          LocalDateTime.parse(lines.get(1).substring(1), TIME),
          lines.get(2).substring(1),
          lines.stream().skip(3).map(Fingerprint::parse).flatMap(Optional::stream).toList());
    } catch (DateTimeException e) {
      throw new CvmfsFailure.Data(
          "%s is malformed: it expires at %s".formatted(what, lines.get(1)), e);
    }
  }

  /** Like CVMFS, compares down to the hour only: a list that expires this hour has expired. */
  void requireValid(String what, Clock clock) {
    LocalDateTime now = LocalDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (!now.truncatedTo(ChronoUnit.HOURS).isBefore(expiry.truncatedTo(ChronoUnit.HOURS))) {
      throw new CvmfsFailure.Trust(
          "%s expired at %s UTC, and the local clock says %s UTC. If the clock is right, the repository's publishers have to sign a new whitelist (cvmfs_server resign); until they do, nothing of the repository can be trusted"
              .formatted(what, display(expiry), display(now)));
    }
  }

  private static String display(LocalDateTime time) {
    return time.truncatedTo(ChronoUnit.SECONDS).toString().replace('T', ' ');
  }
}
