package dev.cvmfs.registry.auth;

import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.http.Access;
import dev.cvmfs.registry.http.Authorizer;
import dev.cvmfs.registry.http.ErrorBody;
import dev.cvmfs.registry.http.Exchange;
import dev.cvmfs.registry.http.Origin;
import dev.cvmfs.registry.http.Reply;
import dev.cvmfs.registry.http.Request;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Authorises the requests to one registry, and to no other host.
 *
 * <ol>
 *   <li>The first request goes out without authorization, whatever we have.
 *   <li>The registry's 401 says which schemes it offers; where it forgets to (gcr), {@code GET
 *       /v2/} is asked. Bearer is preferred, then Basic if we have credentials.
 *   <li>From then on each request gets a token for what it wants to do before it is sent, and one
 *       that will last: a refusal after an upload costs the upload.
 *   <li>Another 401 means the token is worn out, or, with {@code insufficient_scope}, not enough:
 *       the missing scopes are asked for too, first, as some servers look at the first only.
 * </ol>
 */
public final class RegistryAuthorizer implements Authorizer {
  private static final String BEARER = "Bearer ";
  private static final Duration MARGIN = Duration.ofSeconds(20);
  private static final Duration COMMIT_MARGIN = Duration.ofMinutes(2);

  private final URI registry;
  private final Origin origin;
  private final Supplier<Optional<Credential>> credential;
  private final Predicate<Origin> insecure;
  private final Exchange exchange;
  private final TokenServer server;
  private final InstantSource clock;
  private final TokenCache tokens = new TokenCache();
  private final Set<Scope> alsoNeeded = new LinkedHashSet<>();
  private Optional<Challenge> scheme = Optional.empty();

  /**
   * @param registry scheme and authority
   * @param credential looks up who we are; asked at most when the registry wants to know
   * @param insecure hosts the user named as insecure
   * @param exchange for requests to token servers; it must not authorise
   */
  public RegistryAuthorizer(
      URI registry,
      Supplier<Optional<Credential>> credential,
      Predicate<Origin> insecure,
      Exchange exchange,
      InstantSource clock) {
    this.registry = registry;
    this.origin = Origin.of(registry);
    this.credential = credential;
    this.insecure = insecure;
    this.exchange = exchange;
    this.server = new TokenServer(exchange, origin.authority(), clock);
    this.clock = clock;
  }

  @Override
  public synchronized Optional<String> authorization(Request request) {
    if (!isOurs(request) || scheme.isEmpty()) {
      return Optional.empty();
    }
    Challenge challenge = scheme.get();
    if (isBasic(challenge)) {
      return credential.get().map(BasicAuthorization::of);
    }
    if (credential.get().orElse(null) instanceof Credential.RegistryToken own) {
      return Optional.of(BEARER + own.token());
    }
    return Optional.of(BEARER + token(request, challenge).value());
  }

  @Override
  public synchronized boolean refused(Request request, Reply reply, Optional<String> sent) {
    if (!isOurs(request) || (reply.status() != 401 && !saysExpired(reply))) {
      return false;
    }
    boolean wornOut =
        sent.filter(value -> value.startsWith(BEARER))
            .map(value -> tokens.forget(value.substring(BEARER.length())))
            .orElse(false);
    List<Challenge> offered = offered(reply);
    if (!offered.isEmpty()) {
      scheme = Optional.of(choose(offered));
    }
    if (scheme.isEmpty()) {
      return false;
    }
    if (isBasic(scheme.get())) {
      return sent.isEmpty() && credential.get().isPresent();
    }
    boolean learned = learnScopes(request, scheme.get());
    return sent.isEmpty() || wornOut || learned;
  }

  private boolean isOurs(Request request) {
    return Origin.of(request.url()).equals(origin);
  }

  private BearerToken token(Request request, Challenge challenge) {
    Set<Scope> scopes = scopes(request);
    Duration margin =
        switch (request.patience()) {
          case BRIEF, USUAL -> MARGIN;
          case COMMIT -> COMMIT_MARGIN;
        };
    Optional<BearerToken> known = tokens.find(scopes, clock.instant(), margin);
    if (known.isPresent()) {
      return known.get();
    }
    BearerToken fetched =
        server.fetch(
            realm(challenge),
            challenge.parameter("service"),
            scopes.stream().map(Scope::toString).toList(),
            credential.get());
    tokens.put(scopes, fetched);
    return fetched;
  }

  /** The scopes a request needs, those it was once refused for lack of first. */
  private Set<Scope> scopes(Request request) {
    Set<Scope> scopes = new LinkedHashSet<>(alsoNeeded);
    request.access().map(Access::scopes).orElse(List.of()).stream()
        .map(Scope::parse)
        .forEach(scopes::add);
    return scopes;
  }

  private boolean learnScopes(Request request, Challenge challenge) {
    Set<Scope> asked = scopes(request);
    List<Scope> missing =
        challenge.parameter("scope").map(Scope::parseAll).orElse(List.of()).stream()
            .filter(scope -> !scope.isIn(asked))
            .toList();
    return alsoNeeded.addAll(missing);
  }

  private List<Challenge> offered(Reply reply) {
    List<Challenge> offered = Challenges.parse(reply.headers().all("WWW-Authenticate"));
    if (!offered.isEmpty() || scheme.isPresent()) {
      return offered;
    }
    Request ping = Request.of("GET", "ask how to log in", URI.create(origin + "/v2/"));
    return Challenges.parse(exchange.call(ping).headers().all("WWW-Authenticate"));
  }

  private Challenge choose(List<Challenge> offered) {
    Optional<Challenge> basic = offered.stream().filter(RegistryAuthorizer::isBasic).findFirst();
    Optional<Challenge> bearer =
        offered.stream()
            .filter(challenge -> challenge.scheme().equals("bearer"))
            .filter(challenge -> challenge.parameter("realm").isPresent())
            .findFirst();
    if (bearer.isPresent()) {
      try {
        realm(bearer.get());
        return bearer.get();
      } catch (RegistryFailure.Unauthorized e) {
        return basic.filter(any -> credential.get().isPresent()).orElseThrow(() -> e);
      }
    }
    return basic.orElseThrow(
        () ->
            new RegistryFailure.Unauthorized(
                "Cannot log in to %s: it offers only %s, and we know Bearer and Basic"
                    .formatted(
                        origin.authority(), offered.stream().map(Challenge::scheme).toList())));
  }

  private Realm realm(Challenge challenge) {
    return Realm.of(challenge.parameter("realm").orElse(""), registry, insecure);
  }

  private static boolean isBasic(Challenge challenge) {
    return challenge.scheme().equals("basic");
  }

  /** Amazon's registries answer 400 or 403 without a challenge to a token that has expired. */
  private static boolean saysExpired(Reply reply) {
    if (reply.status() != 400 && reply.status() != 403) {
      return false;
    }
    String text = ErrorBody.of(reply).text().toLowerCase(Locale.ROOT);
    return text.contains("token") && text.contains("expired");
  }
}
