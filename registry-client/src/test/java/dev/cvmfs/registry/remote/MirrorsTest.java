package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.Seen;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Registries with mirrors before them. */
class MirrorsTest {
  private static final byte[] BYTES = Bytes.random(1000, 1);
  private static final RawManifest IMAGE = Bytes.manifest("image");

  private final Fixture fixture = new Fixture();
  private final FakeRegistry registry = fixture.registry;
  private final FakeRegistry mirror = new FakeRegistry();

  @AfterEach
  void close() {
    mirror.close();
    fixture.close();
  }

  private ImageStore store() {
    return fixture.store(
        options ->
            options
                .mirror(registry.host(), mirror.host())
                .credential(new Credential.UserPassword("alice", "s3cret")));
  }

  @Test
  void mirror_hasIt_isReadByDigestOnly() {
    Descriptor blob = mirror.repository().add(BYTES);
    mirror.repository().add("v1", IMAGE);
    registry.repository().add("v1", Bytes.manifest("newer"));
    ImageStore store = store();

    assertThat(store.readBlob(blob, 1000)).isEqualTo(BYTES);
    assertThat(store.manifest(IMAGE.digest().toString())).isEqualTo(IMAGE);
    assertThat(registry.seen()).isEmpty();
    assertThat(mirror.seen())
        .extracting(Seen::target)
        .allMatch(target -> target.endsWith("?ns=" + registry.host()));

    assertThat(store.manifest("v1")).isEqualTo(Bytes.manifest("newer"));
    assertThat(store.resolve("v1")).contains(Bytes.manifest("newer").digest());
    assertThat(store.counters().requests()).isEqualTo(4);
  }

  @Test
  void mirror_doesNotHaveIt_isAskedAgainForOtherThings() {
    Descriptor blob = registry.repository().add(BYTES);
    ImageStore store = store();

    assertThat(store.readBlob(blob, 1000)).isEqualTo(BYTES);
    assertThat(store.readBlob(blob, 1000)).isEqualTo(BYTES);

    assertThat(mirror.seen()).hasSize(2);
  }

  @Test
  void mirror_inTrouble_isLeftAlone() {
    Descriptor blob = registry.repository().add(BYTES);
    mirror.on("GET", ".*").always(call -> call.answer(503));
    ImageStore store = store();

    assertThat(store.readBlob(blob, 1000)).isEqualTo(BYTES);
    int asked = mirror.seen().size();
    assertThat(store.readBlob(blob, 1000)).isEqualTo(BYTES);

    assertThat(mirror.seen()).hasSize(asked);
  }

  @Test
  void mirror_hasOtherBytes_isNotBelieved() {
    Descriptor blob = registry.repository().add(BYTES);
    mirror.on("GET", ".*").always(call -> call.answer(200, Bytes.random(1000, 2)));

    assertThat(store().readBlob(blob, 1000)).isEqualTo(BYTES);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void mirror_cutsAgainAndAgain_registryGoesOn(boolean rangesAtTheRegistry) throws IOException {
    Descriptor blob = registry.repository().add(BYTES);
    mirror.on("GET", ".*").always(call -> call.answerCutAt(200, BYTES, 300));
    if (!rangesAtTheRegistry) {
      registry.on("GET", ".*").always(call -> call.answer(200, BYTES));
    }
    ImageStore store = store();

    try (InputStream in = store.openBlob(blob)) {
      assertThat(in.readAllBytes()).isEqualTo(BYTES);
    }

    assertThat(registry.seen())
        .singleElement()
        .satisfies(seen -> assertThat(seen.header("Range")).contains("bytes=300-999"));
    int asked = mirror.seen().size();
    assertThat(store.readBlob(blob, 1000)).isEqualTo(BYTES);
    assertThat(mirror.seen()).hasSize(asked);
  }

  @Test
  void mirror_breaksOffWithinARange_registryGoesOn() throws IOException {
    Descriptor blob = registry.repository().add(BYTES);
    mirror
        .on("GET", ".*")
        .once(
            call ->
                call.with("Content-Range", "bytes 100-199/1000")
                    .answerCutAt(206, Arrays.copyOfRange(BYTES, 100, 200), 30));
    mirror.on("GET", ".*").always(call -> call.answer(404));

    try (InputStream part = store().openRange(blob, 100, 100).orElseThrow()) {
      assertThat(part.readAllBytes()).isEqualTo(Arrays.copyOfRange(BYTES, 100, 200));
    }

    assertThat(registry.seen().get(0).header("Range")).contains("bytes=130-199");
  }

  @Test
  void mirror_wrongBytesFoundOutAtTheirEnd_isLeftAloneFromThenOn() throws IOException {
    Descriptor blob = registry.repository().add(BYTES);
    mirror.on("GET", ".*").always(call -> call.answer(200, Bytes.random(1000, 2)));
    ImageStore store = store();

    try (InputStream in = store.openBlob(blob)) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(RegistryFailure.Corrupt.class)
          .hasMessageContaining("the mirror " + mirror.host());
    }
    try (InputStream in = store.openBlob(blob)) {
      assertThat(in.readAllBytes()).isEqualTo(BYTES);
    }

    assertThat(mirror.seen()).hasSize(1);
  }

  @Test
  void registry_inTroubleToo_isToldWhereItIs() throws IOException {
    Descriptor blob = registry.repository().add(BYTES);
    mirror.on("GET", ".*").always(call -> call.answerCutAt(200, BYTES, 300));
    registry.on("GET", ".*").always(call -> call.answer(503));

    try (InputStream in = store().openBlob(blob)) {
      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(RegistryFailure.Transport.class)
          .hasMessageContaining(registry.host());
    }
  }

  @Test
  void mirror_namedInsecureAndDown_doesNotKeepTheRegistryFromWorking() {
    Descriptor blob = registry.repository().add(BYTES);
    // Of 127.0.0.1 the fixture has told already that it speaks no TLS; nobody listens here.
    String down = "127.0.0.2:" + registry.port();
    RegistryClient client =
        fixture.client(options -> options.insecureHost("127.0.0.2").mirror(registry.host(), down));

    ImageStore store = client.open(fixture.name());
    assertThat(fixture.time.sleeps()).isEmpty();

    assertThat(store.readBlob(blob, 1000)).isEqualTo(BYTES);
    int waits = fixture.time.sleeps().size();
    assertThat(waits).isPositive();
    assertThat(client.open(fixture.name()).readBlob(blob, 1000)).isEqualTo(BYTES);
    assertThat(fixture.time.sleeps()).hasSize(waits);
  }

  @Test
  void mirror_withoutRanges_leavesThemToTheRegistry() throws IOException {
    Descriptor blob = registry.repository().add(BYTES);
    mirror.on("GET", ".*").always(call -> call.answer(200, BYTES));

    try (InputStream part = store().openRange(blob, 10, 5).orElseThrow()) {
      assertThat(part.readAllBytes()).isEqualTo(Arrays.copyOfRange(BYTES, 10, 15));
    }
  }

  @Test
  void mirror_wantsToKnowWhoWeAre_doesNotGetTheRegistrysPassword() {
    Descriptor blob = registry.repository().add(BYTES);
    mirror
        .on("GET", ".*")
        .always(call -> call.with("WWW-Authenticate", "Basic realm=\"m\"").answer(401));

    assertThat(store().readBlob(blob, 1000)).isEqualTo(BYTES);

    assertThat(mirror.seen()).allMatch(seen -> seen.header("Authorization").isEmpty());
  }

  @Test
  void writes_goToTheRegistry() throws IOException {
    ImageStore store = store();

    store.pushBlob(Bytes.describe(BYTES), BlobSource.of(BYTES));
    store.putManifest("v1", IMAGE);

    assertThat(mirror.seen()).isEmpty();
    assertThat(store.tags()).containsExactly("v1");
  }
}
