package dev.cvmfs.registry.manifest;

import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Exchange;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.Locations;
import dev.cvmfs.registry.http.Origin;
import dev.cvmfs.registry.http.Redaction;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.Request;
import java.net.URI;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A list that a registry gives out page by page: each answer says in {@code Link: <URL>;
 * rel="next"} (RFC 8288) where the next page is, relative or absolute.
 */
final class Pages {
  private static final int LARGEST = 8 * 1024 * 1024;
  private static final int MOST = 10_000;
  private static final Pattern LINK = Pattern.compile("<([^>]*)>((?:\"[^\"]*\"|[^,\"])*)");
  private static final Pattern NEXT = Pattern.compile("(?i);\\s*rel\\s*=\\s*\"?next\"?\\s*(;|$)");

  private Pages() {}

  /**
   * Reads all pages.
   *
   * @param reader takes each of them, and throws at what it cannot use
   */
  static void read(Exchange exchange, Request first, Consumer<Reply> reader) {
    Set<URI> seen = new HashSet<>();
    Request request = first;
    while (seen.add(request.url())) {
      Reply reply = exchange.call(request, LARGEST);
      if (!reply.isComplete()) {
        throw Failures.corrupt(
            first.purpose(), reply, "is larger than %d bytes".formatted(LARGEST));
      }
      reader.accept(reply);
      Optional<String> link = next(reply);
      if (link.isEmpty()) {
        return;
      }
      if (seen.size() == MOST) {
        throw Failures.corrupt(first.purpose(), reply, "goes on after %d pages".formatted(MOST));
      }
      request = first.to(target(first, reply, link.get()));
    }
    throw new RegistryFailure.Corrupt(
        "Cannot %s: its pages lead in a circle, to %s"
            .formatted(first.purpose(), Redaction.url(request.url())));
  }

  private static Optional<String> next(Reply reply) {
    for (String field : reply.headers().all("Link")) {
      Matcher link = LINK.matcher(field);
      while (link.find()) {
        if (NEXT.matcher(link.group(2).strip()).find()) {
          return Optional.of(link.group(1));
        }
      }
    }
    return Optional.empty();
  }

  /** The next page, which must be at the same host: nothing else is an answer of this registry. */
  private static URI target(Request first, Reply reply, String link) {
    try {
      URI target = Locations.ofUpload(reply.url(), link);
      if (Origin.of(target).equals(Origin.of(reply.url()))) {
        return target;
      }
    } catch (IllegalArgumentException e) {
      throw Failures.corrupt(
          first.purpose(), reply, "goes on nowhere we may go: " + e.getMessage());
    }
    throw Failures.corrupt(first.purpose(), reply, "goes on at another host");
  }
}
