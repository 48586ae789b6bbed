package dev.cvmfs.registry.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.RetryPolicy;
import dev.cvmfs.registry.testing.Bytes;
import dev.cvmfs.registry.testing.CuttingProxy;
import dev.cvmfs.registry.testing.DockerRegistry;
import dev.cvmfs.registry.testing.TestAuthority;
import dev.cvmfs.registry.testing.TokenServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against the reference registry, in each of its modes. */
class DockerRegistryTest {
  private static final Credential ALICE = new Credential.UserPassword("alice", "s3cret");
  private static final Credential MALLORY = new Credential.UserPassword("alice", "wrong");

  /** Of "s3cret", by bcrypt with the lowest cost. */
  private static final String HTPASSWD =
      "alice:$2b$04$.ZzKDFZ4oH4OcAbo8fUS7.0SnizpHq6/82xw9blp0MsP6U5dD25ui\n";

  @TempDir private Path folder;

  private static ImageName name(String host) {
    return ImageName.ofTag(host, "some/where", "v1");
  }

  private static RegistryOptions.Builder plain() {
    return RegistryOptions.builder(Map.of())
        .insecureHost("127.0.0.1")
        .retries(new RetryPolicy(8, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ZERO));
  }

  /** What any registry must do for us, from the empty repository on. */
  private static void pushesAndPulls(ImageStore store) throws IOException {
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    byte[] layer = Bytes.random(2_000_000, 1);
    Descriptor blob = Bytes.describe(layer);
    RawManifest manifest = manifest(Bytes.describe(config), blob);
    assertThat(store.resolve("v1")).isEmpty();
    assertThat(store.hasBlob(blob.digest())).isFalse();

    assertThat(store.pushBlob(blob, BlobSource.of(layer))).isTrue();
    assertThat(store.pushBlob(blob, BlobSource.of(layer))).isFalse();
    assertThat(store.pushBlob(Bytes.describe(config), BlobSource.of(config))).isTrue();
    store.putManifest("v1", manifest);

    assertThat(store.resolve("v1")).contains(manifest.digest());
    assertThat(store.manifest("v1")).isEqualTo(manifest);
    assertThat(store.manifest(manifest.digest().toString())).isEqualTo(manifest);
    assertThat(store.readBlob(blob, layer.length)).isEqualTo(layer);
    try (InputStream part = store.openRange(blob, 1_999_990, 10).orElseThrow()) {
      assertThat(part.readAllBytes()).isEqualTo(Arrays.copyOfRange(layer, 1_999_990, 2_000_000));
    }
    assertThatThrownBy(() -> store.manifest("v2")).isInstanceOf(RegistryFailure.NotFound.class);
    assertThatThrownBy(() -> store.openBlob(Bytes.describe(new byte[1])))
        .isInstanceOf(RegistryFailure.NotFound.class);
  }

  private static RawManifest manifest(Descriptor config, Descriptor layer) {
    String json =
        """
        {"schemaVersion":2,"mediaType":"%s",
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":%d}]}"""
            .formatted(
                Bytes.OCI_MANIFEST, config.digest(), config.size(), layer.digest(), layer.size());
    return new RawManifest(json.getBytes(StandardCharsets.UTF_8), Bytes.OCI_MANIFEST);
  }

  @Test
  void plain_namedInsecure_works() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder);
        ImageStore store = RegistryClient.connect(name(registry.host()), plain().build())) {
      pushesAndPulls(store);
    }
  }

  @Test
  void plain_notNamedInsecure_isTransport() throws IOException {
    try (DockerRegistry registry = DockerRegistry.start(folder);
        ImageStore store =
            RegistryClient.connect(
                name(registry.host()),
                RegistryOptions.builder(Map.of())
                    .retries(new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO))
                    .build())) {

      assertThatThrownBy(() -> store.manifest("v1"))
          .isInstanceOf(RegistryFailure.Transport.class)
          .hasMessageContaining("OCI_INSECURE");
    }
  }

  @Test
  void htpasswd_rightAndWrongPassword_differ() throws IOException {
    Path passwords = Files.writeString(folder.resolve("htpasswd"), HTPASSWD);
    List<String> auth = List.of("auth: {htpasswd: {realm: tests, path: '" + passwords + "'}}");
    try (DockerRegistry registry = DockerRegistry.start(folder, List.of(), List.of(), auth)) {
      try (ImageStore store =
          RegistryClient.connect(name(registry.host()), plain().credential(ALICE).build())) {
        pushesAndPulls(store);
      }
      for (RegistryOptions options :
          List.of(plain().build(), plain().credential(MALLORY).build())) {
        try (ImageStore store = RegistryClient.connect(name(registry.host()), options)) {
          assertThatThrownBy(() -> store.manifest("v1"))
              .isInstanceOf(RegistryFailure.Unauthorized.class);
        }
      }
    }
  }

  @Test
  void token_rightWrongAndNoPassword_differ() throws IOException {
    TestAuthority authority = new TestAuthority();
    Path bundle = authority.writeAuthority(folder.resolve("bundle.pem"));
    try (TokenServer tokens = new TokenServer(authority, "alice", "s3cret");
        DockerRegistry registry =
            DockerRegistry.start(
                folder,
                List.of(),
                List.of(),
                List.of(
                    "auth: {token: {realm: '%s', service: reg, issuer: tests, rootcertbundle: '%s'}}"
                        .formatted(tokens.realm(), bundle)))) {
      try (ImageStore store =
          RegistryClient.connect(name(registry.host()), plain().credential(ALICE).build())) {
        pushesAndPulls(store);
      }
      for (RegistryOptions options :
          List.of(plain().build(), plain().credential(MALLORY).build())) {
        try (ImageStore store = RegistryClient.connect(name(registry.host()), options)) {
          assertThatThrownBy(() -> store.manifest("v1"))
              .isInstanceOf(RegistryFailure.Unauthorized.class);
        }
      }
    }
  }

  @Test
  void tls_ownAuthority_isTrustedWhenGivenOnly() throws IOException {
    TestAuthority authority = new TestAuthority();
    Path bundle = authority.writeAuthority(folder.resolve("bundle.pem"));
    String tls =
        "tls: {certificate: '%s', key: '%s'}"
            .formatted(
                authority.writeServer(folder.resolve("server.pem")),
                authority.writeServerKey(folder.resolve("server.key")));
    try (DockerRegistry registry =
        DockerRegistry.start(folder, List.of(), List.of(tls), List.of())) {
      ImageName name = name(registry.host());
      try (ImageStore store =
          RegistryClient.connect(
              name, RegistryOptions.builder(Map.of()).caCertificate(bundle).build())) {
        pushesAndPulls(store);
      }
      try (ImageStore store =
          RegistryClient.connect(name, RegistryOptions.builder(Map.of()).build())) {
        assertThatThrownBy(() -> store.manifest("v1"))
            .isInstanceOf(RegistryFailure.Transport.class)
            .hasMessageContaining("OCI_CA_CERT");
        assertThat(store.counters().requests()).isEqualTo(1);
      }
      try (ImageStore store = RegistryClient.connect(name, plain().build())) {
        assertThat(store.resolve("v1")).isPresent();
      }
    }
  }

  @Test
  void tls_clientCertificateWanted_isGivenIfWeHaveOne() throws IOException {
    TestAuthority authority = new TestAuthority();
    Path bundle = authority.writeAuthority(folder.resolve("bundle.pem"));
    Path certificate = authority.writeServer(folder.resolve("server.pem"));
    Path key = authority.writeServerKey(folder.resolve("server.key"));
    String tls =
        "tls: {certificate: '%s', key: '%s', clientcas: ['%s']}"
            .formatted(certificate, key, bundle);
    try (DockerRegistry registry =
        DockerRegistry.start(folder, List.of(), List.of(tls), List.of())) {
      try (ImageStore store =
          RegistryClient.connect(
              name(registry.host()),
              RegistryOptions.builder(Map.of())
                  .caCertificate(bundle)
                  .clientCertificate(certificate, key)
                  .build())) {
        pushesAndPulls(store);
      }
      try (ImageStore store =
          RegistryClient.connect(
              name(registry.host()), plain().clientCertificate(certificate, key).build())) {
        assertThat(store.resolve("v1")).isPresent();
      }
      try (ImageStore store =
          RegistryClient.connect(
              name(registry.host()),
              RegistryOptions.builder(Map.of())
                  .caCertificate(bundle)
                  .retries(new RetryPolicy(1, Duration.ZERO, Duration.ZERO, Duration.ZERO))
                  .build())) {
        assertThatThrownBy(() -> store.resolve("v1")).isInstanceOf(RegistryFailure.Transport.class);
      }
    }
  }

  @Test
  void clientCertificate_unusable_saysWhatToDo() throws IOException {
    Path certificate = new TestAuthority().writeServer(folder.resolve("server.pem"));

    assertThatThrownBy(
            () -> new RegistryClient(plain().clientCertificate(certificate, certificate).build()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("openssl pkcs8");
  }

  @Test
  void delete_allowedOrNot_isDoneOrRefused() throws IOException {
    for (boolean allowed : new boolean[] {true, false}) {
      Path own = Files.createDirectory(folder.resolve("delete" + allowed));
      String delete = "delete: {enabled: " + allowed + "}";
      try (DockerRegistry registry =
              DockerRegistry.start(own, List.of(delete), List.of(), List.of());
          ImageStore store = RegistryClient.connect(name(registry.host()), plain().build())) {
        pushesAndPulls(store);
        assertThat(store.tags()).containsExactly("v1");
        String digest = store.resolve("v1").orElseThrow().toString();
        if (allowed) {
          store.delete(digest);
          assertThat(store.resolve("v1")).isEmpty();
        } else {
          assertThatThrownBy(() -> store.delete(digest))
              .isInstanceOf(RegistryFailure.Refused.class)
              .hasMessageContaining("not allow");
        }
      }
    }
  }

  @Test
  void pullThrough_ofAnotherRegistry_isReadAndTakesNothing() throws IOException {
    Path own = Files.createDirectory(folder.resolve("origin"));
    Path through = Files.createDirectory(folder.resolve("through"));
    try (DockerRegistry origin = DockerRegistry.start(own);
        DockerRegistry proxy =
            DockerRegistry.start(
                through,
                List.of(),
                List.of(),
                List.of("proxy: {remoteurl: 'http://" + origin.host() + "'}"));
        RegistryClient client =
            new RegistryClient(plain().mirror(origin.host(), proxy.host()).build())) {
      byte[] layer = Bytes.random(300_000, 6);
      Descriptor blob = Bytes.describe(layer);
      ImageStore store = client.open(name(origin.host()));
      pushesAndPulls(store);
      store.pushBlob(blob, BlobSource.of(layer));

      assertThat(store.readBlob(blob, layer.length)).isEqualTo(layer);
      ImageStore mirror = client.open(name(proxy.host()));
      assertThat(mirror.readBlob(blob, layer.length)).isEqualTo(layer);
      assertThat(mirror.manifest("v1")).isEqualTo(store.manifest("v1"));
      byte[] more = Bytes.random(10, 7);
      assertThatThrownBy(() -> mirror.pushBlob(Bytes.describe(more), BlobSource.of(more)))
          .isInstanceOf(RegistryFailure.Refused.class);
    }
  }

  @Test
  void mount_fromAnotherRepository_sendsNothing() throws IOException {
    byte[] layer = Bytes.random(100_000, 3);
    Descriptor blob = Bytes.describe(layer);
    try (DockerRegistry registry = DockerRegistry.start(folder);
        RegistryClient client = new RegistryClient(plain().build())) {
      client.open(name(registry.host())).pushBlob(blob, BlobSource.of(layer));
      ImageStore other = client.open(ImageName.ofTag(registry.host(), "an/other", "v1"));

      assertThat(other.pushBlob(blob, BlobSource.of(layer), Optional.of("some/where"))).isFalse();
      assertThat(other.counters().bytesSent()).isZero();
      assertThat(other.readBlob(blob, layer.length)).isEqualTo(layer);

      byte[] more = Bytes.random(100_000, 4);
      assertThat(
              other.pushBlob(Bytes.describe(more), BlobSource.of(more), Optional.of("some/where")))
          .isTrue();
      assertThat(other.readBlob(Bytes.describe(more), more.length)).isEqualTo(more);
    }
  }

  @Test
  void early_uploadInChunks_arrives() throws IOException {
    byte[] layer = Bytes.random(1_000_000, 5);
    try (DockerRegistry registry = DockerRegistry.start(folder);
        RegistryClient client = new RegistryClient(plain().build(), 64 * 1024)) {
      ImageStore store = client.open(name(registry.host()));
      try (EarlyUpload upload = store.beginBlob(BlobSource.of(layer))) {
        for (int written = 0; written < layer.length; written += 50_000) {
          upload.available(written);
        }

        assertThat(upload.finish(Bytes.describe(layer))).isTrue();
      }

      assertThat(store.readBlob(Bytes.describe(layer), layer.length)).isEqualTo(layer);
      assertThat(store.counters().bytesSent()).isEqualTo(layer.length);
    }
  }

  @Test
  void readOnly_push_isRefusedWithAHint() throws IOException {
    String readOnly = "maintenance: {readonly: {enabled: true}}";
    byte[] bytes = Bytes.random(10, 1);
    try (DockerRegistry registry =
            DockerRegistry.start(folder, List.of(readOnly), List.of(), List.of());
        ImageStore store = RegistryClient.connect(name(registry.host()), plain().build())) {

      assertThatThrownBy(() -> store.pushBlob(Bytes.describe(bytes), BlobSource.of(bytes)))
          .isInstanceOf(RegistryFailure.Refused.class)
          .hasMessageContaining("read-only");
    }
  }

  @Test
  void upload_cutAnywhere_arrives() throws IOException {
    byte[] bytes = Bytes.random(1_500_000, 7);
    Random random = new Random(42);
    try (DockerRegistry registry = DockerRegistry.start(folder);
        CuttingProxy proxy = new CuttingProxy(port(registry.host()));
        RegistryClient client =
            new RegistryClient(plain().insecureHost("http://127.0.0.1").build(), 256 * 1024)) {
      for (int round = 0; round < 20; round++) {
        byte[] blob = Arrays.copyOf(bytes, bytes.length - round);
        proxy.cutUpAfter(1 + random.nextInt(bytes.length + 1500));
        ImageStore store = client.open(name(proxy.host()));

        store.pushBlob(Bytes.describe(blob), BlobSource.of(blob));

        assertThat(store.readBlob(Bytes.describe(blob), blob.length)).isEqualTo(blob);
      }
      // This registry can neither resume nor cancel a session that was cut off in a request (it
      // compares its offset with the one signed into the URL, which is old then), so each cut may
      // leave one behind for its own purging; more would be ours.
      Path uploads = folder.resolve("storage/docker/registry/v2/repositories/some/where/_uploads");
      try (var sessions = Files.list(uploads)) {
        assertThat(sessions.count()).isLessThanOrEqualTo(20);
      }
    }
  }

  @Test
  void download_cutAnywhere_arrives() throws IOException {
    byte[] bytes = Bytes.random(1_500_000, 8);
    Descriptor blob = Bytes.describe(bytes);
    Random random = new Random(43);
    try (DockerRegistry registry = DockerRegistry.start(folder);
        CuttingProxy proxy = new CuttingProxy(port(registry.host()));
        RegistryClient client =
            new RegistryClient(plain().insecureHost("http://127.0.0.1").build())) {
      ImageStore store = client.open(name(proxy.host()));
      store.pushBlob(blob, BlobSource.of(bytes));
      for (int round = 0; round < 20; round++) {
        proxy.cutDownAfter(1 + random.nextInt(bytes.length + 500));

        assertThat(store.readBlob(blob, bytes.length)).isEqualTo(bytes);
      }
    }
  }

  private static int port(String host) {
    return Integer.parseInt(host.substring(host.indexOf(':') + 1));
  }
}
