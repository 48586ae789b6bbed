package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.shrinkwrap.cvmfs.http.Answer;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Where answers send us on to. */
final class Redirects {
  private Redirects() {}

  static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  /**
   * The place that an answer names, if it is one that a server may send us to: never a local file.
   */
  static Optional<URI> target(URI from, Answer answer) {
    if (!isRedirect(answer.status())) {
      return Optional.empty();
    }
    try {
      return answer
          .header("Location")
          .map(from::resolve)
          .filter(to -> List.of("http", "https").contains(String.valueOf(to.getScheme())))
          .filter(to -> to.getHost() != null);
    } catch (IllegalArgumentException e) {
      // Not a URL, so it leads nowhere; the status is reported with it.
      return Optional.empty();
    }
  }
}
