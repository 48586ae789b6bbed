package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.ManualTime;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Image layouts on disk: the contract of all stores, and what is theirs alone. */
class LayoutTest implements ImageStoreContract {
  private final ManualTime time = new ManualTime();
  @TempDir private Path folder;

  @Override
  public ImageStore store() {
    return RegistryClient.connect(
        ImageName.inLayout(layout(), Optional.of("v1"), Optional.empty()),
        RegistryOptions.builder(Map.of()).clock(time).build());
  }

  private Path layout() {
    return folder.resolve("images/layout");
  }

  private Path blob(Digest digest) {
    return layout().resolve("blobs/sha256").resolve(digest.hex());
  }

  private String index() throws IOException {
    return Files.readString(layout().resolve("index.json"));
  }

  /** A layout as others leave it. */
  private void write(String version, String index, RawManifest... manifests) throws IOException {
    Files.createDirectories(layout().resolve("blobs/sha256"));
    Files.writeString(layout().resolve("oci-layout"), version);
    Files.writeString(layout().resolve("index.json"), index);
    for (RawManifest manifest : manifests) {
      Files.write(blob(manifest.digest()), manifest.bytes());
    }
  }

  private void write(String index, RawManifest... manifests) throws IOException {
    write("{\"imageLayoutVersion\": \"1.0.0\"}", index, manifests);
  }

  private static String entry(RawManifest manifest, String more) {
    return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}"
        .formatted(manifest.mediaType(), manifest.digest(), manifest.bytes().length, more);
  }

  @Test
  void layout_behindALinkToAFolder_isMadeAndUsed() throws IOException {
    Path real = Files.createDirectories(folder.resolve("elsewhere"));
    Files.createDirectories(layout().getParent());
    Files.createSymbolicLink(layout(), real);
    Path blobs = Files.createDirectories(folder.resolve("blobs of sha256"));
    ImageStore store = store();

    store.putManifest("v1", IMAGE);
    Files.move(real.resolve("blobs/sha256/" + IMAGE.digest().hex()), blobs.resolve("x"));
    Files.delete(real.resolve("blobs/sha256"));
    Files.createSymbolicLink(real.resolve("blobs/sha256"), blobs);
    store.putManifest("v1", IMAGE);

    assertThat(store.manifest("v1")).isEqualTo(IMAGE);
    assertThat(real.resolve("index.json")).exists();
  }

  @Test
  void layout_madeByUs_isAsTheSpecificationHasIt() throws IOException {
    ImageStore store = store();
    store.pushBlob(BLOB, BlobSource.of(BYTES));
    store.putManifest("v1", IMAGE);

    assertThat(layout().resolve("oci-layout")).hasContent("{\"imageLayoutVersion\":\"1.0.0\"}");
    assertThat(index())
        .isEqualTo(
            """
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[%s]}"""
                .formatted(
                    entry(
                        IMAGE, ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"v1\"}")));
    assertThat(blob(BLOB.digest())).hasBinaryContent(BYTES);
    try (Stream<Path> files = Files.list(layout())) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("oci-layout", "index.json", "blobs", ".cvmfs_shrinkwrap.lock");
    }
  }

  @Test
  void index_ofOthers_keepsAllWeDoNotKnow() throws IOException {
    RawManifest other = Bytes.manifest("other");
    String theirs =
        entry(other, ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"docker.io/x:1\"}");
    String named =
        ",\"platform\":{\"os\":\"linux\"},\"annotations\":{\"k\":\"v\","
            + "\"org.opencontainers.image.ref.name\":\"v1\"}";
    String form = "{\"x\":[1.50],\"schemaVersion\":2,\"manifests\":[%s,%s]}";
    write(form.formatted(entry(other, named + ",\"data\":\"e30=\""), theirs), other);

    store().putManifest("v1", IMAGE);

    assertThat(index()).isEqualTo(form.formatted(entry(IMAGE, named), theirs));
  }

  @Test
  void image_withoutNameButAlone_isLatest() throws IOException {
    write("{\"manifests\":[%s]}".formatted(entry(IMAGE, "")), IMAGE);
    ImageStore store = store();

    assertThat(store.tags()).containsExactly("latest");
    assertThat(store.resolve("latest")).contains(IMAGE.digest());
    assertThat(store.resolve("v1")).isEmpty();

    store.putManifest("latest", Bytes.manifest("next"));
    assertThat(store.tags()).containsExactly("latest");
    assertThat(store.manifest("latest")).isEqualTo(Bytes.manifest("next"));
  }

  @Test
  void layout_notThere_isNotFoundAndNotMade() {
    ImageStore store = store();

    assertThatThrownBy(() -> store.manifest("v1"))
        .isInstanceOf(RegistryFailure.NotFound.class)
        .hasMessageContaining(layout().toString());
    assertThatThrownBy(() -> store.delete("v1")).isInstanceOf(RegistryFailure.NotFound.class);
    assertThat(store.resolve("v1")).isEmpty();
    assertThat(layout()).doesNotExist();
  }

  @Test
  void directory_ofSomethingElse_isNotTouched() throws IOException {
    Files.createDirectories(layout());
    Files.writeString(layout().resolve("thesis.tex"), "precious");

    assertThatThrownBy(() -> store().pushBlob(BLOB, BlobSource.of(BYTES)))
        .isInstanceOf(RegistryFailure.Unsupported.class)
        .hasMessageContaining("thesis.tex");
    try (Stream<Path> files = Files.list(layout())) {
      assertThat(files).hasSize(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"imageLayoutVersion\":\"2.0.0\"}", "{}"})
  void version_weDoNotKnow_isUnsupported(String version) throws IOException {
    write(version, "{\"manifests\":[]}");

    assertThatThrownBy(() -> store().manifest("v1"))
        .isInstanceOf(RegistryFailure.Unsupported.class);
    assertThatThrownBy(() -> store().putManifest("v1", IMAGE))
        .isInstanceOf(RegistryFailure.Unsupported.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"manifests\":[{\"digest\":\"../../etc\",\"size\":1}]}",
        "{\"manifests\":[{}]}"
      })
  void index_broken_isCorrupt(String index) throws IOException {
    write(index);

    assertThatThrownBy(() -> store().manifest("latest"))
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("index.json");
  }

  @Test
  void blobs_spoiltOnDisk_areCorrupt() throws IOException {
    ImageStore store = store();
    store.pushBlob(BLOB, BlobSource.of(BYTES));
    store.putManifest("v1", IMAGE);
    byte[] spoilt = BYTES.clone();
    spoilt[70_000] ^= 1;
    Files.write(blob(BLOB.digest()), spoilt);
    Files.writeString(blob(IMAGE.digest()), "{}");

    assertThatThrownBy(() -> store.manifest("v1")).isInstanceOf(RegistryFailure.Corrupt.class);
    assertThatThrownBy(
            () -> {
              try (InputStream in = store.openBlob(BLOB)) {
                in.skipNBytes(1000);
                in.readAllBytes();
              }
            })
        .isInstanceOf(RegistryFailure.Corrupt.class);
  }

  @Test
  void blob_truncatedOnDisk_isWrittenAgain() throws IOException {
    ImageStore store = store();
    store.pushBlob(BLOB, BlobSource.of(BYTES));
    Files.write(blob(BLOB.digest()), new byte[10]);
    assertThatThrownBy(() -> store.openRange(BLOB, 0, 1))
        .isInstanceOf(RegistryFailure.Corrupt.class);

    assertThat(store.pushBlob(BLOB, BlobSource.of(BYTES))).isTrue();

    assertThat(store.readBlob(BLOB, BYTES.length)).isEqualTo(BYTES);
  }

  @Test
  void leavings_ofKilledProcesses_areDeletedADayLater() throws IOException {
    ImageStore store = store();
    store.putManifest("v1", IMAGE);
    Path old = Files.writeString(layout().resolve(".cvmfs_shrinkwrap-1-0"), "half");
    Path young = Files.writeString(layout().resolve(".cvmfs_shrinkwrap-1-1"), "half");
    Files.setLastModifiedTime(old, FileTime.from(time.instant().minus(Duration.ofHours(25))));
    Files.setLastModifiedTime(young, FileTime.from(time.instant().minus(Duration.ofHours(23))));

    store.pushBlob(BLOB, BlobSource.of(BYTES));

    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void layout_halfMadeAfterAKill_isCompleted() throws IOException {
    Files.createDirectories(layout());
    Files.createFile(layout().resolve(".cvmfs_shrinkwrap.lock"));
    Files.createFile(layout().resolve(".cvmfs_shrinkwrap-1-0"));
    Files.writeString(layout().resolve("index.json"), "{\"manifests\":[]}");
    assertThatThrownBy(() -> store().manifest("v1")).isInstanceOf(RegistryFailure.NotFound.class);

    store().putManifest("v1", IMAGE);

    assertThat(store().manifest("v1")).isEqualTo(IMAGE);
  }

  @Test
  void tags_putByManyThreadsAndStores_areAllThere() {
    List<ImageStore> stores = List.of(store(), store());

    CompletableFuture.allOf(
            IntStream.range(0, 40)
                .mapToObj(
                    i ->
                        CompletableFuture.runAsync(
                            () -> stores.get(i % 2).putManifest("t" + i, Bytes.manifest("" + i))))
                .toArray(CompletableFuture[]::new))
        .join();

    assertThat(store().tags()).hasSize(40);
    assertThat(store().manifest("t17")).isEqualTo(Bytes.manifest("17"));
  }

  @Test
  void replaceTag_byManyThreads_onlyOneWinsEachRound() {
    ImageStore store = store();
    store.putManifest("v1", IMAGE);
    Optional<Digest> before = Optional.of(IMAGE.digest());

    List<Boolean> won =
        IntStream.range(0, 20)
            .parallel()
            .mapToObj(i -> store().replaceTag("v1", before, Bytes.manifest("" + i)))
            .toList();

    assertThat(won).containsOnlyOnce(true);
  }

  @Test
  void replaceTag_manyWritersEachBuildingOnTheLast_loseNothing() {
    store().putManifest("v1", Bytes.manifest(""));

    IntStream.range(0, 4)
        .parallel()
        .forEach(writer -> IntStream.range(0, 10).forEach(i -> append(store(), writer)));

    String note = note(store().manifest("v1"));
    assertThat(note).hasSize(40);
    for (String writer : List.of("0", "1", "2", "3")) {
      assertThat(note.replaceAll("[^" + writer + "]", "")).hasSize(10);
    }
  }

  @Test
  void replaceTag_twoProcessesEachBuildingOnTheLast_loseNothing() throws Exception {
    ImageStore store = store();
    store.putManifest("v1", Bytes.manifest(""));
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                layout().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (InputStream out = other.getInputStream()) {
      assertThat(out.read()).as("a sign that it is at work").isNotNegative();
      IntStream.range(0, 50).forEach(i -> append(store, 1));

      assertThat(other.waitFor()).isZero();
    } finally {
      other.destroyForcibly();
    }

    String note = note(store.manifest("v1"));
    assertThat(note.replace("1", "")).hasSize(50);
    assertThat(note.replace("2", "")).hasSize(50);
  }

  /** What another run of the program does meanwhile. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) {
      ImageName name =
          ImageName.inLayout(Path.of(arguments[0]), Optional.of("v1"), Optional.empty());
      try (ImageStore store =
          RegistryClient.connect(name, RegistryOptions.builder(Map.of()).build())) {
        append(store, 2);
        System.out.println("at work");
        IntStream.range(1, 50).forEach(i -> append(store, 2));
      }
    }
  }

  private static void append(ImageStore store, int writer) {
    boolean done = false;
    while (!done) {
      RawManifest old = store.manifest("v1");
      RawManifest next = Bytes.manifest(note(old) + writer);
      done = store.replaceTag("v1", Optional.of(old.digest()), next);
    }
  }

  private static String note(RawManifest manifest) {
    return new String(manifest.bytes(), StandardCharsets.UTF_8)
        .replaceFirst("(?s).*\"note\":\"([^\"]*)\".*", "$1");
  }

  @Test
  void manifest_largerThanAnyIs_isCorrupt() throws IOException {
    RawManifest large =
        new RawManifest(
            ("{\"layers\":[],\"x\":\"" + "x".repeat(9_000_000) + "\"}")
                .getBytes(StandardCharsets.UTF_8),
            Bytes.OCI_MANIFEST);
    write("{\"manifests\":[%s]}".formatted(entry(large, "")), large);

    assertThatThrownBy(() -> store().manifest("latest"))
        .isInstanceOf(RegistryFailure.Corrupt.class)
        .hasMessageContaining("larger");
  }
}
