package dev.cvmfs.registry.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code Location} headers. What they hold is kept to the letter, escapes and all: upload
 * sessions keep signed state in the query (distribution specification, "SHOULD match exactly").
 */
public final class Locations {
  private static final Pattern ABSOLUTE = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*://.*");
  private static final Pattern NOT_IN_URLS = Pattern.compile("[^!#-;=?-\\[\\]_a-z~]");

  private Locations() {}

  /**
   * The location as an absolute URL, relative to the URL that gave it.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static URI resolve(URI base, String location) {
    String text = escaped(location.strip());
    String origin = Origin.of(base).toString();
    if (ABSOLUTE.matcher(text).matches()) {
      return URI.create(text);
    }
    if (text.startsWith("//")) {
      return URI.create(base.getScheme() + ":" + text);
    }
    if (text.startsWith("/")) {
      return URI.create(origin + text);
    }
    String path = base.getRawPath();
    if (text.startsWith("?")) {
      return URI.create(origin + path + text);
    }
    return URI.create(origin + path.substring(0, path.lastIndexOf('/') + 1) + text);
  }

  /**
   * The location of an upload session. Registries behind a proxy that ends TLS write {@code
   * http://} or forget the port; where the host is the one we are speaking to, its scheme and port
   * are right.
   *
   * @throws IllegalArgumentException if it is no URL, or one we do not go to
   */
  public static URI ofUpload(URI base, String location) {
    URI target = resolve(base, location);
    Origin here = Origin.of(base);
    Origin there = Origin.of(target);
    boolean schemeLost = here.isSecure() && !there.isSecure();
    boolean portLost = target.getPort() < 0 && here.port() != there.port();
    if (there.host().equals(here.host()) && (schemeLost || portLost)) {
      String text = target.toString();
      int authority = text.indexOf("//") + 2;
      int path = text.indexOf('/', authority);
      return URI.create(here + (path < 0 ? "/" : text.substring(path)));
    }
    checkMove(here, there);
    return target;
  }

  /**
   * Refuses to follow from one origin to a weaker one.
   *
   * @throws IllegalArgumentException if so, saying why
   */
  static void checkMove(Origin from, Origin to) {
    if (from.isSecure() && !to.isSecure()) {
      throw new IllegalArgumentException("it sends us from https to " + to + ", which is refused");
    }
    if (!from.isPrivate() && to.isPrivate()) {
      throw new IllegalArgumentException(
          "it sends us to the private host " + to.host() + ", which is refused");
    }
  }

  /** Escapes what java.net.URI would reject, and nothing else. */
  private static String escaped(String text) {
    Matcher odd = NOT_IN_URLS.matcher(text);
    return odd.replaceAll(
        found -> URLEncoder.encode(found.group(), StandardCharsets.UTF_8).replace("+", "%20"));
  }
}
