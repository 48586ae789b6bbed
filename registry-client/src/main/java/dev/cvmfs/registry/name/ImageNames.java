package dev.cvmfs.registry.name;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.jib.JibReference;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads image names as people write them: {@code [HOST[:PORT]/]PATH[:TAG][@DIGEST]}, or {@code
 * oci:DIR[:TAG][@DIGEST]} for an OCI image layout in a directory.
 *
 * <p>The first component is a host if it has a dot or a colon, is {@code localhost}, or is an IPv6
 * address in brackets; otherwise the default registry is meant. All names of Docker Hub become its
 * API host, and single names there get {@code library/} in front, as Docker has it.
 */
public final class ImageNames {
  /** The host that answers Docker Hub's API. */
  public static final String DOCKER_HUB = "registry-1.docker.io";

  private static final Set<String> DOCKER_HUB_NAMES =
      Set.of(
          "docker.io",
          "hub.docker.com",
          "index.docker.io",
          "registry.hub.docker.com",
          "registry-1.docker.io");
  private static final Pattern HOST =
      Pattern.compile("(\\[[0-9a-f:.]+]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?");

  private static final Pattern LAYOUT =
      Pattern.compile("oci:(.*?)(?::([^:/@]*))?(?:@(sha(?:256|512):[0-9a-f]+))?", Pattern.DOTALL);

  private final String defaultHost;
  private final String defaultPath;

  private ImageNames(String defaultHost, String defaultPath) {
    this.defaultHost = defaultHost;
    this.defaultPath = defaultPath;
  }

  /** Names without a host are on Docker Hub. */
  public static ImageNames onDockerHub() {
    return new ImageNames(DOCKER_HUB, "");
  }

  /**
   * Names without a host are on the given registry: {@code HOST[:PORT][/PATH]}, where the path goes
   * before every such name.
   *
   * @throws IllegalArgumentException if that is no registry
   */
  public static ImageNames on(String defaultRegistry) {
    String text = withoutScheme(defaultRegistry.strip());
    while (text.endsWith("/")) {
      text = text.substring(0, text.length() - 1);
    }
    int slash = text.indexOf('/');
    String host = slash < 0 ? text : text.substring(0, slash);
    String path = slash < 0 ? "" : text.substring(slash + 1).toLowerCase(Locale.ROOT) + "/";
    return new ImageNames(host(host), path);
  }

  /**
   * Reads a name.
   *
   * @throws IllegalArgumentException if it is none; the message says what is wrong with it
   */
  public ParsedName parse(String text) {
    Matcher layout = LAYOUT.matcher(text.strip());
    if (layout.matches()) {
      return inLayout(text, layout);
    }
    String rest = withoutScheme(text.strip());
    int slash = rest.indexOf('/');
    String registry = defaultHost;
    String prefix = defaultPath;
    if (slash > 0 && looksLikeHost(rest.substring(0, slash))) {
      registry = host(rest.substring(0, slash));
      prefix = "";
      rest = rest.substring(slash + 1);
    }
    return parse(text, registry, prefix, rest);
  }

  private static ParsedName inLayout(String text, Matcher parts) {
    try {
      Optional<Digest> digest = Optional.ofNullable(parts.group(3)).map(Digest::parse);
      Optional<String> tag = Optional.ofNullable(parts.group(2));
      return new ParsedName(
          ImageName.inLayout(
              Path.of(parts.group(1)),
              tag.isEmpty() && digest.isEmpty() ? Optional.of(ImageName.DEFAULT_TAG) : tag,
              digest),
          false);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is not an image in a layout (%s); write oci:DIR[:TAG][@DIGEST]"
              .formatted(text, e.getMessage()),
          e);
    }
  }

  private static ParsedName parse(String text, String registry, String prefix, String rest) {
    int at = rest.indexOf('@');
    Optional<Digest> digest =
        at < 0 ? Optional.empty() : Optional.of(Digest.parse(rest.substring(at + 1)));
    String pathAndTag = at < 0 ? rest : rest.substring(0, at);
    int colon = pathAndTag.indexOf(':', pathAndTag.lastIndexOf('/') + 1);
    String path = colon < 0 ? pathAndTag : pathAndTag.substring(0, colon);
    String lowerCase = path.toLowerCase(Locale.ROOT);
    JibReference parts;
    try {
      parts = JibReference.parse(prefix + lowerCase + pathAndTag.substring(path.length()));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'%s' is not an image name; write [HOST[:PORT]/]PATH[:TAG][@DIGEST]".formatted(text), e);
    }
    boolean bareHubName = registry.equals(DOCKER_HUB) && parts.repository().indexOf('/') < 0;
    String repository = bareHubName ? "library/" + parts.repository() : parts.repository();
    Optional<String> tag = colon < 0 ? Optional.empty() : parts.tag();
    if (tag.isEmpty() && digest.isEmpty()) {
      tag = Optional.of(ImageName.DEFAULT_TAG);
    }
    return new ParsedName(
        new ImageName(registry, repository, tag, digest), !path.equals(lowerCase));
  }

  private static boolean looksLikeHost(String first) {
    return first.startsWith("[")
        || first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.equalsIgnoreCase("localhost");
  }

  /** The API host of a registry as people call it. */
  private static String host(String written) {
    String lowerCase = written.toLowerCase(Locale.ROOT);
    Matcher matcher = HOST.matcher(lowerCase);
    if (!matcher.matches()
        || (matcher.group(2) != null && Integer.parseInt(matcher.group(2)) > 65_535)) {
      throw new IllegalArgumentException("'" + written + "' is not a registry host");
    }
    String plain = lowerCase.endsWith(":443") ? matcher.group(1) : lowerCase;
    return DOCKER_HUB_NAMES.contains(plain) ? DOCKER_HUB : plain;
  }

  private static String withoutScheme(String text) {
    for (String scheme : new String[] {"https://", "docker://"}) {
      if (text.regionMatches(true, 0, scheme, 0, scheme.length())) {
        return text.substring(scheme.length());
      }
    }
    if (text.regionMatches(true, 0, "http://", 0, 7)) {
      throw new IllegalArgumentException(
          "'%s': write the name without http:// and list the host as insecure (OCI_INSECURE)"
              .formatted(text));
    }
    return text;
  }
}
