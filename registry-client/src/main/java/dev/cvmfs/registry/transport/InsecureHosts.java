package dev.cvmfs.registry.transport;

import dev.cvmfs.registry.http.Origin;
import java.util.Set;

/**
 * The hosts a user has named as insecure: {@code host}, {@code host:port}, or either with {@code
 * http://} in front.
 */
public final class InsecureHosts {
  private static final String PLAIN = "http://";

  private final Set<String> entries;

  public InsecureHosts(Set<String> entries) {
    this.entries = Set.copyOf(entries);
  }

  /** Whether certificates of the host need not be good, and plain http may be tried. */
  public boolean contains(Origin origin) {
    return entries.contains(origin.host())
        || entries.contains(origin.host() + ":" + origin.port())
        || isPlain(origin);
  }

  /** Whether the host is known not to speak TLS. */
  public boolean isPlain(Origin origin) {
    return entries.contains(PLAIN + origin.host())
        || entries.contains(PLAIN + origin.host() + ":" + origin.port());
  }
}
