package dev.cvmfs.registry.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * Tells hosts that are private by the way they are written: loopback, link-local (cloud metadata
 * services live there), RFC 1918 and unique-local addresses, {@code localhost}. Names are not
 * looked up: what a resolver says now need not be what it says when the connection is made.
 */
final class PrivateHosts {
  private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}");

  private PrivateHosts() {}

  static boolean contains(String host) {
    if (host.equals("localhost") || host.endsWith(".localhost")) {
      return true;
    }
    if (!host.startsWith("[") && !IPV4.matcher(host).matches()) {
      return false;
    }
    try {
      InetAddress address = InetAddress.getByName(host);
      return address.isLoopbackAddress()
          || address.isLinkLocalAddress()
          || address.isSiteLocalAddress()
          || address.isAnyLocalAddress()
          || (address.getAddress().length == 16 && (address.getAddress()[0] & 0xfe) == 0xfc);
    } catch (UnknownHostException e) {
      return true; // an address that is none: nothing public
    }
  }
}
