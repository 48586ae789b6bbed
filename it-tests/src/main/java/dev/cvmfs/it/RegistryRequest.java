package dev.cvmfs.it;

/**
 * A request that reached a registry.
 *
 * @param path of the URL, with its query
 * @param userAgent what the client calls itself
 */
public record RegistryRequest(String method, String path, String userAgent) {

  /** Whether it only reads. */
  public boolean isRead() {
    return method.equals("GET") || method.equals("HEAD");
  }

  /** Whether our own program sent it. */
  public boolean isOurs() {
    return userAgent.startsWith("cvmfs_shrinkwrap/");
  }
}
