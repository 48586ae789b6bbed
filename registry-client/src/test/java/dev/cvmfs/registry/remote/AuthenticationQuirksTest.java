package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.Call;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.Script;
import dev.cvmfs.registry.testing.Seen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Challenges and tokens, as registries and token servers really do them. */
class AuthenticationQuirksTest {
  private static final Credential ALICE = new Credential.UserPassword("alice", "s3cret");
  private static final String BASIC =
      "Basic "
          + Base64.getEncoder().encodeToString("alice:s3cret".getBytes(StandardCharsets.UTF_8));

  private final Fixture fixture = new Fixture();
  private final FakeRegistry registry = fixture.registry;

  @BeforeEach
  void fill() {
    registry.repository().add("v1", Bytes.manifest("secret"));
  }

  @AfterEach
  void close() {
    fixture.close();
  }

  /** The registry wants the given authorization, and else answers 401 with these challenges. */
  private void protect(String authorization, String... challenges) {
    registry.guard(
        call -> call.header("Authorization").equals(Optional.of(authorization)),
        call -> unauthorized(call, challenges));
  }

  private static void unauthorized(Call call, String... challenges) throws IOException {
    for (String challenge : challenges) {
      call.with("WWW-Authenticate", challenge);
    }
    call.answer(401, "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"who?\"}]}");
  }

  private void tokens(Script script) {
    registry.on("*", "/token.*").always(script);
  }

  private static Script token(String json) {
    return call -> call.with("Content-Type", "application/json").answer(200, json);
  }

  private String realm() {
    return registry.url() + "/token";
  }

  private ImageStore alice() {
    return fixture.store(options -> options.credential(ALICE));
  }

  private List<Seen> tokenRequests() {
    return registry.seen().stream().filter(seen -> seen.target().startsWith("/token")).toList();
  }

  @Test
  void bearer_anonymous_getsAToken() {
    protect("Bearer t", "Bearer realm=\"%s\",service=\"s p\"".formatted(realm()));
    tokens(token("{\"token\":\"t\",\"expires_in\":300}"));
    ImageStore store = fixture.store();

    store.manifest("v1");
    store.resolve("v1");

    assertThat(tokenRequests())
        .singleElement()
        .satisfies(
            seen -> {
              assertThat(seen.target())
                  .isEqualTo("/token?service=s%20p&scope=repository%3Ans%2Fapp%3Apull");
              assertThat(seen.header("Authorization")).isEmpty();
            });
    assertThat(store.counters().requests()).isEqualTo(4);
  }

  @Test
  void basic_rightPassword_isSentFromThenOn() {
    protect(BASIC, "Basic realm=\"registry\"");
    ImageStore store = alice();

    store.manifest("v1");
    store.manifest("v1");

    assertThat(registry.seen()).hasSize(3);
  }

  @Test
  void basic_wrongPassword_isUnauthorizedWithoutTheSecret() {
    protect("Basic other", "Basic realm=\"registry\"");

    assertThatThrownBy(() -> alice().manifest("v1"))
        .isInstanceOf(RegistryFailure.Unauthorized.class)
        .hasMessageContainingAll("401", "log in")
        .hasMessageNotContainingAny("s3cret", BASIC);
    assertThat(registry.seen()).hasSize(2);
  }

  @Test
  void bearer_wrongPassword_namesTheUserAndNotTheSecret() {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    tokens(call -> call.answer(401, "{\"details\":\"incorrect username or password\"}"));

    assertThatThrownBy(() -> alice().manifest("v1"))
        .isInstanceOf(RegistryFailure.Unauthorized.class)
        .hasMessageContainingAll("incorrect username", "alice")
        .hasMessageNotContainingAny("s3cret");
  }

  @Test
  @DisplayName("quirk 1: several challenges in one header, Bearer not the first")
  void challenges_inOneHeader_bearerIsFound() {
    protect(
        "Bearer t",
        "Negotiate, Basic realm=\"x, y\", Bearer realm=\"%s\",service=\"s\"".formatted(realm()));
    tokens(token("{\"token\":\"t\"}"));

    alice().manifest("v1");

    assertThat(tokenRequests().get(0).header("Authorization")).contains(BASIC);
  }

  @Test
  @DisplayName("quirk 1: several challenges in several headers")
  void challenges_inSeveralHeaders_bearerIsFound() {
    protect("Bearer t", "Negotiate", "Basic realm=\"x\"", "Bearer realm=\"%s\"".formatted(realm()));
    tokens(token("{\"token\":\"t\"}"));

    fixture.store().manifest("v1");
  }

  @Test
  @DisplayName("quirk 2: names in any case, values bare, realm relative")
  void challenge_sloppy_isUnderstood() {
    protect(
        "Bearer t",
        "bEaReR REALM=/token , Service=reg,scope=\"repository:ns/app:pull,push\",error=x");
    tokens(token("{\"token\":\"t\"}"));

    fixture.store().manifest("v1");

    assertThat(tokenRequests().get(0).target()).contains("service=reg");
  }

  @Test
  @DisplayName("quirk 2: a broken realm on the registry's own host")
  void realm_nullScheme_isMended() {
    protect("Bearer t", "Bearer realm=\"null://%s/token\"".formatted(registry.host()));
    tokens(token("{\"token\":\"t\"}"));

    fixture.store().manifest("v1");
  }

  @Test
  @DisplayName("quirk 3: no service")
  void challenge_withoutService_leavesItOut() {
    protect("Bearer t", "Bearer realm=\"%s?account=x\"".formatted(realm()));
    tokens(token("{\"token\":\"t\"}"));

    fixture.store().manifest("v1");

    assertThat(tokenRequests().get(0).target())
        .isEqualTo("/token?account=x&scope=repository%3Ans%2Fapp%3Apull");
  }

  @Test
  @DisplayName("quirk 4: access_token instead of token; without expires_in it lasts a minute")
  void token_accessTokenWithoutLifetime_isRenewedAfterAMinute() {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    tokens(token("{\"access_token\":\"t\",\"issued_at\":\"2001-01-01T00:00:00Z\"}"));
    ImageStore store = fixture.store();

    store.manifest("v1");
    fixture.time.advance(Duration.ofSeconds(20));
    store.manifest("v1");
    assertThat(tokenRequests()).hasSize(1);

    fixture.time.advance(Duration.ofSeconds(30));
    store.manifest("v1");
    assertThat(tokenRequests()).hasSize(2);
  }

  @Test
  @DisplayName("quirk 5: insufficient_scope: the missing scope is asked for too, and first")
  void scope_insufficient_isUnited() {
    String plain = "Bearer realm=\"%s\"".formatted(realm());
    String missing = ",error=\"insufficient_scope\",scope=\"repository:ns/base:pull registry:x:*\"";
    registry.guard(
        call -> call.header("Authorization").equals(Optional.of("Bearer t2")),
        call ->
            unauthorized(call, call.header("Authorization").isEmpty() ? plain : plain + missing));
    numberedTokens();

    fixture.store().manifest("v1");

    assertThat(tokenRequests())
        .extracting(Seen::target)
        .containsExactly(
            "/token?scope=repository%3Ans%2Fapp%3Apull",
            "/token?scope=repository%3Ans%2Fbase%3Apull&scope=registry%3Ax%3A*"
                + "&scope=repository%3Ans%2Fapp%3Apull");
  }

  @Test
  @DisplayName("quirk 6: pushing asks for pull and push")
  void scope_push_isPullPush() throws IOException {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    tokens(token("{\"token\":\"t\",\"expires_in\":3600}"));
    byte[] bytes = Bytes.random(10, 1);
    ImageStore store = fixture.store();

    store.pushBlob(Bytes.describe(bytes), BlobSource.of(bytes));
    store.manifest("v1");

    assertThat(tokenRequests())
        .extracting(Seen::target)
        .containsExactly(
            "/token?scope=repository%3Ans%2Fapp%3Apull",
            "/token?scope=repository%3Ans%2Fapp%3Apull%2Cpush");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 404, 405})
  @DisplayName("quirk 8: OAuth2 POST not supported: GET with Basic")
  void identityToken_postRefused_getsWithBasic(int status) {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    registry.on("POST", "/token.*").always(call -> call.answer(status));
    tokens(token("{\"token\":\"t\"}"));

    fixture
        .store(options -> options.credential(new Credential.IdentityToken("id/+=")))
        .manifest("v1");

    assertThat(tokenRequests().get(1).header("Authorization"))
        .contains(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("<token>:id/+=".getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  @DisplayName("quirk 8: 403 to OAuth2 POST is an answer")
  void identityToken_postForbidden_isUnauthorized() {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    registry.on("POST", "/token.*").always(call -> call.answer(403));

    assertThatThrownBy(
            () ->
                fixture
                    .store(options -> options.credential(new Credential.IdentityToken("id")))
                    .manifest("v1"))
        .isInstanceOf(RegistryFailure.Unauthorized.class);
    assertThat(tokenRequests()).hasSize(1);
  }

  @Test
  @DisplayName("quirk 12: an identity token is exchanged by OAuth2, form encoded")
  void identityToken_postServed_isExchanged() {
    List<String> forms = new CopyOnWriteArrayList<>();
    protect("Bearer t", "Bearer realm=\"%s\",service=\"acr\"".formatted(realm()));
    tokens(
        call -> {
          forms.add(new String(call.body(), StandardCharsets.UTF_8));
          token("{\"access_token\":\"t\"}").run(call);
        });

    fixture
        .store(options -> options.credential(new Credential.IdentityToken("id/+=&x")))
        .manifest("v1");

    assertThat(forms)
        .containsExactly(
            "grant_type=refresh_token&service=acr&client_id=cvmfs_shrinkwrap"
                + "&scope=repository%3Ans%2Fapp%3Apull&refresh_token=id%2F%2B%3D%26x");
  }

  @Test
  void registryToken_always_isSentAsItIs() {
    protect("Bearer mine", "Bearer realm=\"%s\"".formatted(realm()));

    fixture
        .store(options -> options.credential(new Credential.RegistryToken("mine")))
        .manifest("v1");

    assertThat(tokenRequests()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403})
  @DisplayName("quirk 9: Amazon: an expired token without a challenge")
  void token_expiredWithoutChallenge_isRenewed(int status) {
    protect("Bearer t2", "Bearer realm=\"%s\"".formatted(realm()));
    numberedTokens();
    registry.on("GET", "/v2/.*").once(registry::behave);
    registry
        .on("GET", "/v2/.*")
        .once(call -> call.answer(status, "Your Authorization Token has expired. Reauthenticate."));

    fixture.store().manifest("v1");

    assertThat(tokenRequests()).hasSize(2);
  }

  @Test
  @DisplayName("quirk 10: gcr: 401 without a challenge: /v2/ is asked for one")
  void unauthorized_withoutChallenge_asksThePing() {
    registry
        .on("GET", "/v2/")
        .always(
            call ->
                call.with("WWW-Authenticate", "Bearer realm=\"%s\"".formatted(realm()))
                    .answer(401));
    protect("Bearer t");
    tokens(token("{\"token\":\"t\"}"));

    fixture.store().manifest("v1");
  }

  @Test
  @DisplayName("quirk 11: a token is renewed before a commit it would not outlast")
  void token_nearItsEnd_isRenewedBeforeThePut() throws IOException {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    tokens(token("{\"token\":\"t\",\"expires_in\":300}"));
    registry
        .on("POST", "/v2/.*")
        .once(
            call -> {
              fixture.time.advance(Duration.ofSeconds(200));
              registry.behave(call);
            });
    byte[] bytes = Bytes.random(10, 1);

    fixture.store().pushBlob(Bytes.describe(bytes), BlobSource.of(bytes));

    List<String> order = registry.seen().stream().map(Seen::toString).toList();
    int put = order.indexOf(registry.seen("PUT").get(0).toString());
    assertThat(order.get(put - 1)).startsWith("GET /token");
    assertThat(order.get(put - 2)).startsWith("POST /v2/");
  }

  @Test
  @DisplayName("quirk 11: 401 after the body of a PUT was sent")
  void token_refusedAfterThePut_isRenewedAndSentAgain() throws IOException {
    String challenge = "Bearer realm=\"%s\"".formatted(realm());
    protect("Bearer t", challenge);
    tokens(token("{\"token\":\"t\",\"expires_in\":300}"));
    registry.on("PUT", "/v2/.*").once(call -> unauthorized(call, challenge));
    byte[] bytes = Bytes.random(100, 1);

    fixture.store().pushBlob(Bytes.describe(bytes), BlobSource.of(bytes));

    assertThat(registry.seen("PUT")).hasSize(2);
    assertThat(registry.seen("POST")).hasSize(1);
    assertThat(tokenRequests()).hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"http://auth.example.org/token", "http://169.254.169.254/token", "ftp://x/"})
  @DisplayName("quirk 13: no credentials to a realm that is not worth it")
  void realm_foreignAndPlain_isRefused(String realm) {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm));

    assertThatThrownBy(() -> alice().manifest("v1"))
        .isInstanceOf(RegistryFailure.Unauthorized.class)
        .hasMessageContaining("not one we send credentials to");
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 307, 308})
  @DisplayName("quirk 13: a token server elsewhere gets no identity token")
  void identityToken_postRedirectedToAnotherHost_isRefused(int status) {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    String elsewhere = "http://localhost:%d/elsewhere".formatted(registry.port());
    registry.on("POST", "/token.*").always(call -> call.with("Location", elsewhere).answer(status));

    assertThatThrownBy(
            () ->
                fixture
                    .store(options -> options.credential(new Credential.IdentityToken("s3cret")))
                    .manifest("v1"))
        .isInstanceOf(RegistryFailure.Unsupported.class)
        .hasMessageContaining("http://localhost:" + registry.port())
        .hasMessageNotContaining("s3cret");
    assertThat(registry.seen()).noneMatch(seen -> seen.target().startsWith("/elsewhere"));
  }

  @Test
  @DisplayName("quirk 13: on its own host the token server may be where it wants")
  void identityToken_postRedirectedOnTheSameHost_isExchanged() {
    protect("Bearer t", "Bearer realm=\"%s\"".formatted(realm()));
    registry.on("POST", "/token.*").once(call -> call.with("Location", "/oauth2").answer(307));
    registry
        .on("POST", "/oauth2")
        .once(
            call ->
                token(
                        new String(call.body(), StandardCharsets.UTF_8).contains("s3cret")
                            ? "{\"access_token\":\"t\"}"
                            : "{}")
                    .run(call));

    assertThat(
            fixture
                .store(options -> options.credential(new Credential.IdentityToken("s3cret")))
                .manifest("v1"))
        .isEqualTo(Bytes.manifest("secret"));
  }

  @Test
  @DisplayName("quirk 14: redirected to another host, the authorization stays behind")
  void redirect_otherHost_dropsAuthorization() {
    byte[] bytes = Bytes.random(100, 1);
    Descriptor blob = Bytes.describe(bytes);
    registry
        .on("GET", "/bucket/.*")
        .always(
            call ->
                call.answer(
                    call.header("Authorization").isPresent() ? 400 : 200,
                    call.header("Authorization").isPresent()
                        ? "Only one auth mechanism allowed".getBytes(StandardCharsets.UTF_8)
                        : bytes));
    registry
        .on("GET", "/v2/.*/blobs/.*")
        .always(
            call -> {
              if (call.header("Authorization").isEmpty()) {
                call.with("WWW-Authenticate", "Basic realm=\"x\"").answer(401);
                return;
              }
              String target =
                  "http://localhost:%d/bucket/x?X-Amz-Signature=1".formatted(registry.port());
              call.with("Location", target).answer(307);
            });

    assertThat(alice().readBlob(blob, 100)).isEqualTo(bytes);
  }

  @Test
  @DisplayName("quirk 14: redirected on the same host, the authorization goes along")
  void redirect_sameHost_keepsAuthorization() {
    byte[] bytes = Bytes.random(100, 1);
    protect(BASIC, "Basic realm=\"x\"");
    registry
        .on("GET", "/v2/.*/blobs/.*")
        .always(call -> call.with("Location", "/v2/store/manifests/x").answer(307));
    registry
        .on("GET", "/v2/store/.*")
        .times(
            2,
            call -> {
              if (call.header("Authorization").equals(Optional.of(BASIC))) {
                call.answer(200, bytes);
              } else {
                unauthorized(call, "Basic realm=\"x\"");
              }
            });

    assertThat(alice().readBlob(Bytes.describe(bytes), 100)).isEqualTo(bytes);
  }

  /** Each token is another: t1, t2, … */
  private void numberedTokens() {
    AtomicInteger given = new AtomicInteger();
    tokens(
        call ->
            token("{\"token\":\"t%d\",\"expires_in\":9999}".formatted(given.incrementAndGet()))
                .run(call));
  }
}
