package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.Referrer;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.Seen;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of tags and referrers, deletion, and tags that others move. */
class ListingQuirksTest {
  private static final RawManifest IMAGE = Bytes.manifest("image");
  private static final String SIGNATURE = "application/vnd.example.signature";

  private final Fixture fixture = new Fixture();
  private final FakeRegistry registry = fixture.registry;

  @AfterEach
  void close() {
    fixture.close();
  }

  private static Descriptor descriptor(RawManifest manifest) {
    return new Descriptor(manifest.mediaType(), manifest.digest(), manifest.bytes().length);
  }

  private static String fallBackTag() {
    return "sha256-" + IMAGE.digest().hex();
  }

  @Test
  @DisplayName("quirk 40: at most 1000 tags are asked for at once")
  void tags_ofAWellBehavedRegistry_areSorted() {
    registry.repository().add("v2", IMAGE);
    registry.repository().add("v1", IMAGE);

    assertThat(fixture.store().tags()).containsExactly("v1", "v2");

    assertThat(registry.seen().get(0).target()).isEqualTo(fixture.path("tags/list?n=1000"));
  }

  @Test
  @DisplayName("quirk 40: Link to the next page, relative, absolute, and with the scheme lost")
  void tags_onSeveralPages_areAllListed() {
    String path = fixture.path("tags/list?last=");
    registry
        .on("GET", ".*n=1000")
        .once(
            call ->
                call.with("Link", "<" + path + "a%2Fb>; rel=\"next\"")
                    .answer(200, "{\"tags\":[\"a\"]}"));
    registry
        .on("GET", ".*last=a%2Fb")
        .once(
            call ->
                call.with("Link", "<https://elsewhere/x>; rel=\"prev\"")
                    .with("Link", "<" + registry.url() + path + "b>; title=\"x, y\"; rel=next")
                    .answer(200, "{\"tags\":[\"b\"]}"));
    registry
        .on("GET", ".*last=b")
        .once(call -> call.with("Link", "<?last=c>;REL=Next").answer(200, "{\"tags\":[\"c\"]}"));
    registry.on("GET", ".*last=c").once(call -> call.answer(200, "{\"tags\":[\"d\"]}"));

    assertThat(fixture.store().tags()).containsExactly("a", "b", "c", "d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"tags\":null}", "{\"tags\":[null]}", "{\"tags\":[\"sha256:ab\"]}", "{}"})
  @DisplayName("quirk 40: nulls (Nexus) and digests (Artifactory) are no tags")
  void tags_thatAreNone_areLeftOut(String json) {
    registry.on("GET", ".*tags.*").once(call -> call.answer(200, json));

    assertThat(fixture.store().tags()).isEmpty();
  }

  @Test
  @DisplayName("quirk 40: pages that lead in a circle, or to another host")
  void tags_pagesLeadAstray_isCorrupt() {
    registry
        .on("GET", ".*/tags/.*")
        .times(
            2,
            call ->
                call.with("Link", "</v2/ns/app/tags/x>; rel=next").answer(200, "{\"tags\":[]}"));
    registry
        .on("GET", ".*/tags/.*")
        .once(
            call ->
                call.with("Link", "<http://127.0.0.2/v2/>; rel=next").answer(200, "{\"tags\":[]}"));
    ImageStore store = fixture.store();

    assertThatThrownBy(store::tags)
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("circle");
    assertThatThrownBy(store::tags)
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("another host");
  }

  @Test
  void tags_noSuchRepository_isNotFound() {
    registry
        .on("GET", ".*")
        .once(call -> call.answer(404, "{\"errors\":[{\"code\":\"NAME_UNKNOWN\"}]}"));

    assertThatThrownBy(() -> fixture.store().tags())
        .isInstanceOf(RegistryFailure.NotFound.class)
        .hasMessageContaining("list the tags");
  }

  @Test
  void referrers_endPointServed_areRead() {
    RawManifest signature = Bytes.referrer(SIGNATURE, descriptor(IMAGE));
    registry
        .on("GET", ".*referrers/" + IMAGE.digest())
        .once(call -> call.answer(200, index(entry(signature))));

    assertThat(fixture.store().referrers(IMAGE.digest()))
        .singleElement()
        .satisfies(
            referrer -> {
              assertThat(referrer.descriptor()).isEqualTo(descriptor(signature));
              assertThat(referrer.artifactType()).isEqualTo(SIGNATURE);
              assertThat(referrer.annotations()).containsEntry("note", "signed");
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 501})
  @DisplayName("quirk 44: no referrers end-point: the index under the tag of the subject")
  void referrers_endPointNotServed_areThoseUnderTheTag(int status) {
    registry.on("GET", ".*referrers.*").always(call -> call.answer(status));
    ImageStore store = fixture.store();
    assertThat(store.referrers(IMAGE.digest())).isEmpty();
    RawManifest signature = Bytes.referrer(SIGNATURE, descriptor(IMAGE));
    registry.repository().add(fallBackTag(), rawIndex(entry(signature)));

    assertThat(store.referrers(IMAGE.digest()))
        .extracting(Referrer::descriptor)
        .containsExactly(descriptor(signature));
  }

  @Test
  @DisplayName("quirk 44: a registry that does not say OCI-Subject: we keep the list, losing none")
  void putManifest_subjectNotNoted_isAddedToTheList() {
    RawManifest first = Bytes.referrer(SIGNATURE, descriptor(IMAGE));
    RawManifest second = Bytes.referrer(SIGNATURE + "2", descriptor(IMAGE));
    ImageStore store = fixture.store();

    store.putManifest(first.digest().toString(), first);
    store.putManifest(second.digest().toString(), second);
    store.putManifest(second.digest().toString(), second);

    assertThat(store.referrers(IMAGE.digest()))
        .extracting(Referrer::artifactType)
        .containsExactly(SIGNATURE, SIGNATURE + "2");
  }

  @Test
  @DisplayName("quirk 44: a registry that says OCI-Subject keeps the list itself")
  void putManifest_subjectNoted_isLeftToTheRegistry() {
    registry
        .on("PUT", ".*")
        .always(
            call -> {
              call.with("OCI-Subject", IMAGE.digest().toString());
              registry.behave(call);
            });
    RawManifest signature = Bytes.referrer(SIGNATURE, descriptor(IMAGE));

    fixture.store().putManifest("signature", signature);

    assertThat(registry.seen()).hasSize(1);
    assertThat(registry.repository().manifest(fallBackTag())).isEmpty();
  }

  @Test
  @DisplayName("quirk 44: another adds to the list at the same time: both are in it")
  void putManifest_listMovedMeanwhile_isReadAgain() {
    RawManifest ours = Bytes.referrer(SIGNATURE, descriptor(IMAGE));
    RawManifest theirs = Bytes.referrer(SIGNATURE + "2", descriptor(IMAGE));
    registry
        .on("HEAD", ".*" + fallBackTag())
        .once(
            call -> {
              registry.repository().add(fallBackTag(), rawIndex(entry(theirs)));
              registry.behave(call);
            });
    ImageStore store = fixture.store();

    store.putManifest("signature", ours);

    assertThat(store.referrers(IMAGE.digest()))
        .extracting(Referrer::descriptor)
        .containsExactly(descriptor(theirs), descriptor(ours));
  }

  @Test
  void delete_tagAndDigest_areGone() {
    registry.repository().add("v1", IMAGE);
    registry.repository().add("v2", IMAGE);
    ImageStore store = fixture.store();

    store.delete("v1");
    assertThat(store.tags()).containsExactly("v2");
    store.delete(IMAGE.digest().toString());
    assertThat(store.tags()).isEmpty();

    assertThatThrownBy(() -> store.delete("v1")).isInstanceOf(RegistryFailure.NotFound.class);
  }

  @Test
  void delete_notAllowed_isRefused() {
    registry
        .on("DELETE", ".*")
        .once(call -> call.answer(405, "{\"errors\":[{\"code\":\"UNSUPPORTED\"}]}"));

    assertThatThrownBy(() -> fixture.store().delete("v1"))
        .isInstanceOf(RegistryFailure.Refused.class)
        .hasMessageContainingAll("delete", "v1", "not allow");
  }

  @Test
  void replaceTag_unmoved_isDone() {
    ImageStore store = fixture.store();

    assertThat(store.replaceTag("v1", Optional.empty(), IMAGE)).isTrue();
    assertThat(store.replaceTag("v1", Optional.of(IMAGE.digest()), Bytes.manifest("next")))
        .isTrue();

    assertThat(store.manifest("v1")).isEqualTo(Bytes.manifest("next"));
  }

  @Test
  void replaceTag_movedBefore_isNotWritten() {
    registry.repository().add("v1", IMAGE);
    ImageStore store = fixture.store();

    for (Optional<Digest> expected :
        List.of(Optional.<Digest>empty(), Optional.of(Digest.sha256("other")))) {
      assertThat(store.replaceTag("v1", expected, Bytes.manifest("next"))).isFalse();
    }

    assertThat(registry.seen()).extracting(Seen::method).containsOnly("HEAD");
  }

  @Test
  void replaceTag_overwrittenAtOnce_isToldSo() {
    registry
        .on("PUT", ".*")
        .once(
            call -> {
              // Before the answer, after which the client looks at once.
              registry.repository().add("v1", Bytes.manifest("theirs"));
              call.answer(201);
            });

    assertThat(fixture.store().replaceTag("v1", Optional.empty(), IMAGE)).isFalse();
  }

  @Test
  @DisplayName("quirk 43: a tag that somebody else moves while we wait is not written over")
  void replaceTag_movedWhileTheRegistryIsInTrouble_isNotWrittenOver() {
    RawManifest theirs = Bytes.manifest("theirs");
    registry
        .on("PUT", ".*")
        .once(
            call -> {
              registry.repository().add("v1", theirs);
              call.answer(503);
            });

    assertThat(fixture.store().replaceTag("v1", Optional.empty(), IMAGE)).isFalse();

    assertThat(registry.repository().manifest("v1")).contains(theirs);
    assertThat(registry.seen("PUT")).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  @DisplayName("quirk 43: a tag that nobody moves meanwhile is written again")
  void replaceTag_registryInTroubleForAWhile_isDone(int status) {
    registry.on("PUT", ".*").times(2, call -> call.with("Retry-After", "7").answer(status));

    assertThat(fixture.store().replaceTag("v1", Optional.empty(), IMAGE)).isTrue();

    assertThat(registry.repository().manifest("v1")).contains(IMAGE);
    assertThat(registry.seen())
        .extracting(Seen::method)
        .containsExactly("HEAD", "PUT", "HEAD", "PUT", "HEAD", "PUT", "HEAD");
    assertThat(fixture.waited()).isEqualTo(Duration.ofSeconds(14));
  }

  @Test
  @DisplayName("quirk 43: a tag that is written though the answer is lost is not written again")
  void replaceTag_doneButAnswerLost_isDone() {
    registry
        .on("PUT", ".*")
        .once(
            call -> {
              registry.repository().add("v1", IMAGE);
              call.cut();
            });

    assertThat(fixture.store().replaceTag("v1", Optional.empty(), IMAGE)).isTrue();

    assertThat(registry.seen("PUT")).hasSize(1);
  }

  @Test
  void replaceTag_registryInTroubleForEver_isTransport() {
    registry.on("PUT", ".*").always(call -> call.answer(503));

    assertThatThrownBy(() -> fixture.store().replaceTag("v1", Optional.empty(), IMAGE))
        .isInstanceOf(RegistryFailure.Transport.class)
        .hasMessageContaining("PUT");

    assertThat(registry.seen("PUT")).hasSize(6);
  }

  @Test
  void replaceTag_doneButNotToBeLookedAtAgain_isDone() {
    registry.on("HEAD", ".*").once(registry::behave);
    registry.on("HEAD", ".*").always(call -> call.answer(503));

    assertThat(fixture.store().replaceTag("v1", Optional.empty(), IMAGE)).isTrue();

    assertThat(registry.repository().manifest("v1")).contains(IMAGE);
  }

  private static String entry(RawManifest manifest) {
    return """
        {"mediaType":"%s","digest":"%s","size":%d,"artifactType":"%s",
        "annotations":{"note":"signed"}}"""
        .formatted(manifest.mediaType(), manifest.digest(), manifest.bytes().length, SIGNATURE);
  }

  private static String index(String... entries) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(Bytes.OCI_INDEX, String.join(",", entries));
  }

  private static RawManifest rawIndex(String... entries) {
    return new RawManifest(index(entries).getBytes(StandardCharsets.UTF_8), Bytes.OCI_INDEX);
  }
}
