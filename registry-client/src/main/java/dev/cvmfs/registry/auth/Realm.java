package dev.cvmfs.registry.auth;

import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Locations;
import dev.cvmfs.registry.http.Origin;
import java.net.URI;
import java.util.Locale;
import java.util.function.Predicate;

/**
 * Where a registry's tokens come from, checked before a password goes there. A realm may be
 * relative or lack a proper scheme (Nexus writes {@code null://host/}) if it is on the registry's
 * host. A realm elsewhere must be https, unless the user named its host as insecure, and must not
 * be a private host that a public registry sends us to.
 *
 * @param url the token end-point
 */
record Realm(URI url) {

  static Realm of(String text, URI registry, Predicate<Origin> insecure) {
    Origin here = Origin.of(registry);
    try {
      Realm realm = new Realm(mended(Locations.resolve(registry, text), here));
      realm.check(here, insecure);
      return realm;
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure.Unauthorized(
          "Cannot log in to %s: its token server is not one we send credentials to: %s"
              .formatted(here.authority(), e.getMessage()));
    }
  }

  private static URI mended(URI url, Origin here) {
    String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
    boolean sameHost = url.getHost() != null && url.getHost().equalsIgnoreCase(here.host());
    if (scheme.equals("https") || scheme.equals("http") || !sameHost) {
      return url;
    }
    String text = url.toString();
    return URI.create(here.scheme() + text.substring(text.indexOf("://")));
  }

  private void check(Origin registry, Predicate<Origin> insecure) {
    Origin there = Origin.of(url);
    if (insecure.test(there)) {
      return;
    }
    boolean sameHost = there.host().equals(registry.host());
    if (!there.isSecure() && !(sameHost && !registry.isSecure())) {
      throw new IllegalArgumentException(there + " is not https");
    }
    if (there.isPrivate() && !registry.isPrivate()) {
      throw new IllegalArgumentException(there + " is a private host");
    }
  }
}
