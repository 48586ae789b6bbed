package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.shrinkwrap.cvmfs.http.Answer;
import dev.cvmfs.shrinkwrap.cvmfs.http.ByteRange;
import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.util.Optional;

/**
 * Why an attempt failed and whose fault it is (network_errors.h and download.cc of CVMFS; section
 * 13.4 of its protocol as we describe it).
 *
 * @param passing whether asking the same again may help
 * @param notThere whether a host says that it does not have the file
 */
record Verdict(Blame blame, boolean passing, boolean notThere, String reason) {

  /** Who has to be replaced for the next attempt. */
  enum Blame {
    /** A broken copy, perhaps one in a cache on the way. */
    DATA,
    PROXY,
    HOST
  }

  private Verdict(Blame blame, boolean passing, String reason) {
    this(blame, passing, false, reason);
  }

  static Verdict badData(BadDataException failure) {
    return new Verdict(Blame.DATA, false, String.valueOf(failure.getMessage()));
  }

  static Verdict transfer(TransferException failure, boolean throughProxy) {
    boolean hosts = !throughProxy || failure.stage() == TransferException.Stage.TLS;
    return new Verdict(
        hosts ? Blame.HOST : Blame.PROXY, true, String.valueOf(failure.getMessage()));
  }

  /** The verdict on an answer, none if it is a success. */
  static Optional<Verdict> status(Answer answer, boolean throughProxy) {
    int status = answer.status();
    if (status >= 200 && status < 300) {
      return Optional.empty();
    }
    String reason = "HTTP " + status + explanation(status, answer);
    if (status == 429) {
      return Optional.of(new Verdict(Blame.HOST, true, reason));
    }
    boolean hosts = Redirects.isRedirect(status) || status == 400 || status == 404 || status >= 500;
    boolean proxyConfesses =
        answer.header("X-Squid-Error").isPresent()
            || answer.header("Proxy-Status").filter(value -> value.contains("error=")).isPresent();
    Blame blame = throughProxy && (proxyConfesses || !hosts) ? Blame.PROXY : Blame.HOST;
    boolean notThere = status == 404 && blame == Blame.HOST;
    return Optional.of(new Verdict(blame, false, notThere, reason));
  }

  /** On a server that sends the whole file where a part was asked for, or another part. */
  static Verdict wrongRange(Answer answer, ByteRange range) {
    return new Verdict(
        Blame.HOST,
        false,
        "HTTP %d, but only %s was asked for: this server cannot send parts of files"
            .formatted(answer.status(), range));
  }

  private static String explanation(int status, Answer answer) {
    return switch (status) {
      case 404 -> " (not there)";
      case 403 -> " (forbidden)";
      case 429 -> " (too many requests)";
      case 301, 302, 303, 307, 308 ->
          " (redirects to %s, which is not followed: name that server in CVMFS_SERVER_URL, or set CVMFS_FOLLOW_REDIRECTS=yes)"
              .formatted(ByteString.of(answer.header("Location").orElse("nowhere")));
      default -> "";
    };
  }
}
