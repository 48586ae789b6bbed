package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.Seen;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blobs that another repository of the registry has already. */
class MountQuirksTest {
  private static final byte[] BYTES = Bytes.random(1000, 1);
  private static final Descriptor BLOB = Bytes.describe(BYTES);
  private static final Optional<String> SIBLING = Optional.of("ns/base");
  private static final String MOUNT = ".*uploads/\\?mount=.*";

  private final Fixture fixture = new Fixture();
  private final FakeRegistry registry = fixture.registry;

  @AfterEach
  void close() {
    fixture.close();
  }

  private boolean push(ImageStore store) throws IOException {
    return store.pushBlob(BLOB, BlobSource.of(BYTES), SIBLING);
  }

  private List<String> methods() {
    return registry.seen().stream().map(Seen::method).toList();
  }

  @Test
  @DisplayName("quirk 26: a mount says from where, and has no body")
  void mount_taken_sendsNothing() throws IOException {
    registry.on("POST", MOUNT).once(call -> call.answer(201));
    ImageStore store = fixture.store();

    assertThat(push(store)).isFalse();

    assertThat(methods()).containsExactly("HEAD", "POST");
    Seen post = registry.seen("POST").get(0);
    assertThat(post.target())
        .isEqualTo(fixture.path("blobs/uploads/?mount=" + BLOB.digest() + "&from=ns/base"));
    assertThat(post.header("Content-Length")).contains("0");
    assertThat(store.counters().bytesSent()).isZero();
  }

  @Test
  @DisplayName("quirk 25: not mounted, but a session begun: it is used")
  void mount_answeredWithASession_goesOnInIt() throws IOException {
    assertThat(push(fixture.store())).isTrue();

    assertThat(methods()).containsExactly("HEAD", "POST", "PUT");
    assertThat(registry.repository().blob(BLOB.digest())).contains(BYTES);
    assertThat(registry.repository().openSessions()).isEmpty();
  }

  @Test
  @DisplayName("quirk 26: zot's broken Location for a mount: begun anew without")
  void mount_brokenLocation_isSentTheUsualWay() throws IOException {
    registry.on("POST", MOUNT).once(call -> call.with("Location", "ftp://x").answer(202));

    assertThat(push(fixture.store())).isTrue();

    assertThat(methods()).containsExactly("HEAD", "POST", "POST", "PUT");
  }

  @Test
  void mountAlone_taken_sendsNothing() {
    registry.on("POST", MOUNT).once(call -> call.answer(201));

    assertThat(fixture.store().mountBlob(BLOB.digest(), "ns/base")).isTrue();

    assertThat(methods()).containsExactly("POST");
  }

  @Test
  @DisplayName("quirk 28: a mount alone, answered with a session: it is cancelled")
  void mountAlone_answeredWithASession_leavesNone() {
    assertThat(fixture.store().mountBlob(BLOB.digest(), "ns/base")).isFalse();

    assertThat(methods()).containsExactly("POST", "DELETE");
    assertThat(registry.repository().openSessions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404, 405, 500})
  void mountAlone_refused_isNoFailure(int status) {
    registry.on("POST", MOUNT).once(call -> call.answer(status));

    assertThat(fixture.store().mountBlob(BLOB.digest(), "ns/base")).isFalse();

    assertThat(methods()).containsExactly("POST");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 500, 502})
  @DisplayName("quirk 26: a mount that is refused, in any way, is not needed")
  void mount_refused_isSentTheUsualWay(int status) throws IOException {
    registry.on("POST", MOUNT).once(call -> call.answer(status));

    assertThat(push(fixture.store())).isTrue();

    assertThat(registry.seen("POST")).hasSize(2);
    assertThat(registry.seen("PUT")).hasSize(1);
  }

  @Test
  @DisplayName("quirk 25: a host that does not know mounts is remembered")
  void mount_notKnownAtAll_isNotTriedAgain() throws IOException {
    registry.on("POST", MOUNT).always(call -> call.answer(405));
    ImageStore store = fixture.store();
    byte[] other = Bytes.random(1000, 2);

    push(store);
    store.pushBlob(Bytes.describe(other), BlobSource.of(other), SIBLING);

    assertThat(registry.seen("POST")).hasSize(3);
  }

  @Test
  void mount_ofTheSameRepository_isNotTried() throws IOException {
    fixture.store().pushBlob(BLOB, BlobSource.of(BYTES), Optional.of(Fixture.REPOSITORY));

    assertThat(registry.seen("POST")).extracting(Seen::target).noneMatch(t -> t.contains("mount"));
  }

  @Test
  @DisplayName("quirk 7: a mount asks for a token that lets read the other repository")
  void mount_withTokens_asksForBothScopes() throws IOException {
    protect();
    registry.on("GET", "/token.*").always(call -> call.answer(200, "{\"token\":\"t\"}"));
    registry.on("POST", MOUNT).once(call -> call.answer(201));

    assertThat(push(fixture.store())).isFalse();

    assertThat(registry.seen())
        .extracting(Seen::target)
        .contains(
            "/token?scope=repository%3Ans%2Fapp%3Apull%2Cpush"
                + "&scope=repository%3Ans%2Fbase%3Apull");
  }

  @Test
  @DisplayName("quirk 7: Harbor: no token for a project that is not there: sent the usual way")
  void mount_tokenRefused_isSentTheUsualWay() throws IOException {
    protect();
    registry
        .on("GET", "/token.*base.*")
        .always(call -> call.answer(401, "{\"errors\":[{\"message\":\"project not found\"}]}"));
    registry.on("GET", "/token.*").always(call -> call.answer(200, "{\"token\":\"t\"}"));
    ImageStore store = fixture.store();

    assertThat(push(store)).isTrue();

    assertThat(registry.repository().blob(BLOB.digest())).contains(BYTES);
    assertThat(store.hasBlob(BLOB.digest())).isTrue();
  }

  private void protect() {
    registry.guard(
        call -> call.header("Authorization").isPresent(),
        call ->
            call.with("WWW-Authenticate", "Bearer realm=\"%s/token\"".formatted(registry.url()))
                .answer(401));
  }
}
