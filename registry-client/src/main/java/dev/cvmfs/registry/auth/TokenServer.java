package dev.cvmfs.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Exchange;
import dev.cvmfs.registry.http.Failures;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.RequestBody;
import dev.cvmfs.registry.http.Statuses;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Fetches tokens (distribution's "Token Authentication Specification" and its OAuth2 variant).
 *
 * <ul>
 *   <li>Nobody: {@code GET realm?service=…&scope=…}.
 *   <li>User and password: the same with Basic.
 *   <li>Identity token: {@code POST} with {@code grant_type=refresh_token}; where the server does
 *       not do that (404, 405, 401, 400: GCR, Artifactory, ACR) the GET with Basic. Not on 403:
 *       that is an answer.
 * </ul>
 */
final class TokenServer {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LARGEST = 1024 * 1024;
  private static final Duration USUAL_LIFETIME = Duration.ofSeconds(60);
  private static final Set<Integer> NO_OAUTH2 = Set.of(400, 401, 404, 405);

  private final Exchange exchange;
  private final String registry;
  private final InstantSource clock;

  /**
   * @param exchange sends the requests; it must not authorise them
   * @param registry host of the registry the tokens are for, for messages
   */
  TokenServer(Exchange exchange, String registry, InstantSource clock) {
    this.exchange = exchange;
    this.registry = registry;
    this.clock = clock;
  }

  /**
   * Fetches a token.
   *
   * @param scopes in the order to ask for; some servers read only one of them
   * @throws RegistryFailure.Unauthorized if the server refuses
   */
  BearerToken fetch(
      Realm realm, Optional<String> service, List<String> scopes, Optional<Credential> credential) {
    if (credential.isPresent() && credential.get() instanceof Credential.IdentityToken identity) {
      Request request = refresh(realm, service, scopes, identity);
      Reply reply = exchange.call(request, LARGEST);
      if (!NO_OAUTH2.contains(reply.status())) {
        return token(request, reply, credential);
      }
    }
    Request request = ask(realm, service, scopes, credential);
    return token(request, exchange.call(request, LARGEST), credential);
  }

  private Request ask(
      Realm realm, Optional<String> service, List<String> scopes, Optional<Credential> credential) {
    List<String> parameters = new ArrayList<>();
    service.ifPresent(name -> parameters.add(parameter("service", name)));
    scopes.forEach(scope -> parameters.add(parameter("scope", scope)));
    URI url = realm.url();
    String separator = url.getRawQuery() == null ? "?" : "&";
    String query = parameters.isEmpty() ? "" : separator + String.join("&", parameters);
    Request request = Request.of("GET", purpose(), URI.create(url + query));
    return credential
        .map(ours -> request.header("Authorization", BasicAuthorization.of(ours)))
        .orElse(request);
  }

  private Request refresh(
      Realm realm,
      Optional<String> service,
      List<String> scopes,
      Credential.IdentityToken identity) {
    String form =
        List.of(
                parameter("grant_type", "refresh_token"),
                parameter("service", service.orElse(registry)),
                parameter("client_id", "cvmfs_shrinkwrap"),
                parameter("scope", String.join(" ", scopes)),
                parameter("refresh_token", identity.token()))
            .stream()
            .collect(Collectors.joining("&"));
    return Request.of("POST", purpose(), realm.url())
        .header("Content-Type", "application/x-www-form-urlencoded")
        .body(RequestBody.secret(form.getBytes(StandardCharsets.UTF_8)));
  }

  private BearerToken token(Request request, Reply reply, Optional<Credential> credential) {
    boolean refused = reply.status() >= 400 && reply.status() < 500;
    if (refused && !Statuses.isTransient(reply.status())) {
      String whose =
          credential
              .map(ours -> "it does not accept our " + ours)
              .orElse(
                  "we have no credentials; log in (docker login, podman login) or set OCI_AUTH");
      throw new RegistryFailure.Unauthorized(
          "%s; %s".formatted(Failures.of(request, reply).getMessage(), whose));
    }
    if (!reply.isSuccess()) {
      throw Failures.of(request, reply);
    }
    JsonNode json = json(reply);
    String value = json.path("token").asText(json.path("access_token").asText());
    if (value.isEmpty() || value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw Failures.corrupt(purpose(), reply, "holds no token");
    }
    long seconds = json.path("expires_in").asLong(0);
    Duration lifetime = seconds > 0 ? Duration.ofSeconds(seconds) : USUAL_LIFETIME;
    return new BearerToken(value, clock.instant(), lifetime);
  }

  private JsonNode json(Reply reply) {
    try {
      JsonNode json = JSON.readTree(reply.body());
      if (reply.isComplete() && json != null && json.isObject()) {
        return json;
      }
    } catch (IOException e) {
      // Said below; the parser's message might quote the token.
    }
    throw Failures.corrupt(purpose(), reply, "is not a JSON object");
  }

  private String purpose() {
    return "get a token for " + registry;
  }

  private static String parameter(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
