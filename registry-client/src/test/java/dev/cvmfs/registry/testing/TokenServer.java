package dev.cvmfs.registry.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A token server that Docker Distribution believes: tokens signed by RS256 with the certificate in
 * {@code x5c}. Whoever knows the password gets what he asks for, others get nothing.
 */
public final class TokenServer implements AutoCloseable {
  private final HttpServer server;
  private final TestAuthority authority;
  private final String basic;

  public TokenServer(TestAuthority authority, String user, String password) {
    this.authority = authority;
    this.basic =
        "Basic "
            + Base64.getEncoder()
                .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/token", this::answer);
    server.start();
  }

  public String realm() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/token";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      List<String> sent = exchange.getRequestHeaders().getOrDefault("Authorization", List.of());
      if (!sent.isEmpty() && !sent.contains(basic)) {
        exchange.sendResponseHeaders(401, -1);
        return;
      }
      String query = Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
      String access = sent.isEmpty() ? "" : access(query);
      byte[] answer =
          "{\"token\":\"%s\",\"expires_in\":300}"
              .formatted(token(access))
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  private static String access(String query) {
    return Pattern.compile("&")
        .splitAsStream(query)
        .filter(parameter -> parameter.startsWith("scope="))
        .map(parameter -> URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8))
        .map(scope -> scope.split(":", -1))
        .map(
            parts ->
                "{\"type\":\"%s\",\"name\":\"%s\",\"actions\":[\"%s\"]}"
                    .formatted(parts[0], parts[1], parts[2].replace(",", "\",\"")))
        .collect(Collectors.joining(","));
  }

  private String token(String access) {
    long now = Instant.now().getEpochSecond();
    String header =
        "{\"typ\":\"JWT\",\"alg\":\"RS256\",\"x5c\":[\"%s\"]}".formatted(authority.serverBase64());
    String claims =
        ("{\"iss\":\"tests\",\"sub\":\"x\",\"aud\":\"reg\",\"exp\":%d,\"nbf\":%d,\"iat\":%d,"
                + "\"jti\":\"1\",\"access\":[%s]}")
            .formatted(now + 300, now - 10, now - 10, access);
    String signed = base64(header) + "." + base64(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(authority.serverKeys().getPrivate());
      signature.update(signed.getBytes(StandardCharsets.UTF_8));
      return signed
          + "."
          + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform signs with RSA", e);
    }
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
