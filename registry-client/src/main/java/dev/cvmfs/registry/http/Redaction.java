package dev.cvmfs.registry.http;

import java.net.URI;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Takes the secrets out of what people will read. Of a query only parameters known to be harmless
 * keep their value: pre-signed URLs of object stores name their secrets in many ways.
 */
public final class Redaction {
  private static final Set<String> HARMLESS =
      Set.of("digest", "from", "last", "mount", "n", "scope", "service");
  private static final Pattern TOKEN =
      Pattern.compile("eyJ[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]+)*|(?i:(?<=bearer |basic ))\\S{8,}");

  private Redaction() {}

  /** The URL without user, password and query values. */
  public static String url(URI url) {
    StringBuilder text = new StringBuilder();
    Optional.ofNullable(url.getScheme()).ifPresent(scheme -> text.append(scheme).append("://"));
    if (url.getHost() != null) {
      text.append(url.getHost());
      text.append(url.getPort() < 0 ? "" : ":" + url.getPort());
    }
    text.append(Optional.ofNullable(url.getRawPath()).orElse(""));
    Optional.ofNullable(url.getRawQuery())
        .ifPresent(query -> text.append('?').append(query(query)));
    return text.toString();
  }

  /** Text of the other side without what looks like a token, without control characters. */
  public static String text(String text) {
    return TOKEN.matcher(text).replaceAll("…").replaceAll("\\p{Cntrl}+", " ").strip();
  }

  private static String query(String query) {
    return Arrays.stream(query.split("&"))
        .map(Redaction::parameter)
        .collect(Collectors.joining("&"));
  }

  private static String parameter(String parameter) {
    int equals = parameter.indexOf('=');
    if (equals < 0 || HARMLESS.contains(parameter.substring(0, equals))) {
      return parameter;
    }
    return parameter.substring(0, equals) + "=…";
  }
}
