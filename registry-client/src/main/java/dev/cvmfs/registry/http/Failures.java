package dev.cvmfs.registry.http;

import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLException;

/** Turns answers and broken connections into failures a person can act on. */
public final class Failures {
  private static final Set<String> UNKNOWN =
      Set.of("NAME_UNKNOWN", "MANIFEST_UNKNOWN", "BLOB_UNKNOWN", "NOT_FOUND");

  private Failures() {}

  /** The failure that an unwelcome answer means. */
  public static RegistryFailure of(Request request, Reply reply) {
    ErrorBody error = ErrorBody.of(reply);
    String story = story(request, reply, error);
    int status = reply.status();
    if (error.has("TOOMANYREQUESTS") || status == 429) {
      String wait =
          reply
              .headers()
              .first("Retry-After")
              .map(after -> "it asks to wait until " + Redaction.text(after) + " (seconds or date)")
              .orElse("it does not say how long to wait");
      return new RegistryFailure.RateLimited(story + "; " + wait + "; log in or try later");
    }
    if (status == 401) {
      return new RegistryFailure.Unauthorized(
          story + "; log in (docker login, podman login) or give credentials (OCI_AUTH)");
    }
    if (status == 403) {
      return isQuota(error)
          ? new RegistryFailure.Refused(story + "; make room or ask for a larger quota")
          : new RegistryFailure.Denied(story + "; ask for access to the repository");
    }
    boolean namesIt = Set.of("GET", "HEAD", "DELETE").contains(request.method());
    if (status == 404 && (namesIt || UNKNOWN.stream().anyMatch(error::has))) {
      return new RegistryFailure.NotFound(story + "; check the name and the tag");
    }
    if (Statuses.isTransient(status) || status >= 500) {
      return new RegistryFailure.Transport(story + "; the registry is in trouble, try later");
    }
    if (status == 406 || status < 400) {
      return new RegistryFailure.Unsupported(story);
    }
    return new RegistryFailure.Refused(story + refusalHint(status, error));
  }

  /** The failure of a connection that broke and was not worth, or not mended by, trying again. */
  public static RegistryFailure broken(Request request, IOException cause) {
    String reason;
    if (cause instanceof UnknownHostException) {
      reason = "the host is not known; check the name and the network";
    } else if (cause instanceof SSLException) {
      reason =
          "no trusted TLS connection (%s); give its certificate authority (OCI_CA_CERT) or"
              + " list the host as insecure (OCI_INSECURE)";
      reason = reason.formatted(cause.getMessage());
    } else {
      reason = "%s (%s)".formatted(cause.getMessage(), cause.getClass().getSimpleName());
    }
    return new RegistryFailure.Transport(
        "Cannot %s: %s %s: %s"
            .formatted(request.purpose(), request.method(), Redaction.url(request.url()), reason),
        cause);
  }

  /** The failure of an answer that came well but is not what was asked for. */
  public static RegistryFailure.Corrupt corrupt(String purpose, Reply reply, String why) {
    return new RegistryFailure.Corrupt(
        "Cannot %s: what %s answered %s".formatted(purpose, Redaction.url(reply.url()), why));
  }

  private static String story(Request request, Reply reply, ErrorBody error) {
    String id =
        reply
            .headers()
            .first("X-Request-Id")
            .or(() -> reply.headers().first("X-Amzn-Requestid"))
            .map(text -> " [request " + Redaction.text(text) + "]")
            .orElse("");
    return "Cannot %s: %s %s answered %d%s%s"
        .formatted(
            request.purpose(),
            request.method(),
            Redaction.url(reply.url()),
            reply.status(),
            error.text().isEmpty() ? "" : " (" + error.text() + ")",
            id);
  }

  private static boolean isQuota(ErrorBody error) {
    return error.text().toLowerCase(Locale.ROOT).contains("quota");
  }

  private static String refusalHint(int status, ErrorBody error) {
    String text = error.text().toLowerCase(Locale.ROOT);
    if (status == 412 || text.contains("immutable") || text.contains("alreadyexists")) {
      return "; the tag may not be changed: choose another tag";
    }
    if (status == 405) {
      return "; the registry may be read-only, or not allow this at all";
    }
    if (error.has("MANIFEST_BLOB_UNKNOWN")) {
      return "; a blob the manifest names is missing: push it again";
    }
    return "";
  }
}
