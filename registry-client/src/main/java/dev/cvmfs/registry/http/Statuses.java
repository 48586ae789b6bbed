package dev.cvmfs.registry.http;

import java.util.Set;

/** What the status of an answer says about trying again. */
public final class Statuses {
  // 499 and 520-526 come from proxies in front of registries; 500 is what quay and ECR answer for
  // blobs under load.
  private static final Set<Integer> TRANSIENT =
      Set.of(408, 425, 429, 499, 500, 502, 503, 504, 520, 521, 522, 523, 524);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private Statuses() {}

  public static boolean isTransient(int status) {
    return TRANSIENT.contains(status);
  }

  static boolean isRedirect(int status) {
    return REDIRECTS.contains(status);
  }
}
