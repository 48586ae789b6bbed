package dev.cvmfs.registry.http;

import dev.cvmfs.registry.RegistryFailure;
import java.net.URI;

/**
 * The redirects of one request. Method and body stay (registries mean "it is over there" by 301 and
 * 302 too), except for 303. Never from https to http, never from a public host to a private one,
 * never more than {@value #MAX_HOPS}. Credentials stay where they are when the origin changes: an
 * authorization of the request itself is dropped (object stores also answer 400 to a second kind of
 * it), and what has one in its body does not go there.
 */
final class Redirects {
  private static final int MAX_HOPS = 10;

  private int hops;

  Request next(Request request, Reply response) {
    String location =
        response
            .headers()
            .first("Location")
            .orElseThrow(() -> refused(request, "it redirects without saying where to"));
    hops++;
    if (hops > MAX_HOPS) {
      throw refused(request, "it redirects in circles (more than %d times)".formatted(MAX_HOPS));
    }
    URI target = target(request, location);
    Request moved = response.status() == 303 ? request.asGet(target) : request.to(target);
    if (Origin.of(target).equals(Origin.of(request.url()))) {
      return moved;
    }
    if (moved.body().filter(RequestBody::isSecret).isPresent()) {
      throw refused(
          request,
          "it redirects to %s, which would be given our credential; that is refused"
              .formatted(Origin.of(target)));
    }
    return moved.withoutHeader("Authorization");
  }

  private static URI target(Request request, String location) {
    try {
      URI target = Locations.resolve(request.url(), location);
      Locations.checkMove(Origin.of(request.url()), Origin.of(target));
      return target;
    } catch (IllegalArgumentException e) {
      throw refused(request, String.valueOf(e.getMessage()));
    }
  }

  private static RegistryFailure refused(Request request, String why) {
    return new RegistryFailure.Unsupported(
        "Cannot %s: %s %s: %s"
            .formatted(request.purpose(), request.method(), Redaction.url(request.url()), why));
  }
}
