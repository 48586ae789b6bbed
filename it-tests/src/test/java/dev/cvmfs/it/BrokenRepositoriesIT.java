package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryKeys;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What may be wrong with a repository, its servers or the way there, as users of the command line
 * see it: each has its own message and exit code, and leaves image, cache and work folder as they
 * should be.
 */
class BrokenRepositoriesIT {
  private static final String FQRN = "broken.example.org";
  private static final String MANIFEST = ".cvmfspublished";
  private static final String TAG = "latest";
  private static final int OK = 0;
  private static final int TRUST = 5;
  private static final int CVMFS = 6;

  private static final RepositoryKeys KEYS = RepositoryKeys.generate(FQRN, Minutes.FIRST);

  private @TempDir Path folder;

  /** A clock that goes on by a minute whenever it is asked. */
  private static final class Minutes extends Clock {
    private static final Instant FIRST = Instant.parse("2026-11-01T12:00:00Z");
    private long passed;

    @Override
    public Instant instant() {
      passed++;
      return FIRST.plus(Duration.ofMinutes(passed));
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** A repository with a server, a proxy and a configuration, before something goes wrong. */
  private record Scene(
      RepositoryPublisher publisher,
      Revision revision,
      FaultyServer server,
      FaultyServer other,
      Map<String, String> settings) {

    String root() {
      return path(revision.catalog(""), ObjectKind.CATALOG);
    }

    String nested() {
      return path(revision.catalog("/nested"), ObjectKind.CATALOG);
    }

    String object() {
      return path(revision.objectsOf("/nested/file").get(0).hash(), ObjectKind.DATA);
    }

    /** Lets all requests go through the other server. */
    void useProxy(String fallback) {
      settings.put("CVMFS_HTTP_PROXY", other.url() + fallback);
    }

    private static String path(ContentHash hash, ObjectKind kind) {
      String name = hash.toString();
      return "data/" + name.substring(0, 2) + "/" + name.substring(2) + kind.suffix();
    }
  }

  /** Makes something go wrong. */
  private interface Arrangement {
    void arrange(Scene scene) throws IOException;
  }

  private enum Wrong {
    EXPIRED(
        TRUST,
        scene ->
            scene.publisher().breakTrust().expireWhitelist(Instant.parse("2026-01-02T03:04:05Z")),
        "the whitelist of broken.example.org",
        "expired at 2026-01-02 03:04:05 UTC, and the local clock says"),
    BAD_SIGNATURE(
        TRUST,
        scene -> scene.publisher().breakTrust().manifestByForeignKey(),
        "the manifest of broken.example.org",
        "has a signature that the repository's certificate"),
    TAMPERED_BODY(
        TRUST,
        scene -> scene.publisher().breakTrust().tamperWithManifest(),
        "the manifest of broken.example.org",
        "was changed after it was signed"),
    FOREIGN_WHITELIST_KEY(
        TRUST,
        scene -> scene.publisher().breakTrust().whitelistByForeignKey(),
        "is not signed with any of the master keys tried",
        "broken.example.org.pub"),
    WRONG_FINGERPRINT(
        TRUST,
        scene -> scene.publisher().breakTrust().manifestByUnlistedCertificate(),
        "which the repository's whitelist does not list"),
    WRONG_NAME(
        TRUST,
        scene -> scene.publisher().breakTrust().manifestFor("other.example.org"),
        "the manifest of broken.example.org at",
        "is that of other.example.org"),
    NO_WHITELIST(
        CVMFS,
        scene -> scene.server().refuse(".cvmfswhitelist", 404),
        "cannot get the whitelist of broken.example.org",
        "HTTP 404 (not there)"),
    ROOT_CATALOG_MISSING(
        CVMFS,
        scene -> scene.server().refuse(scene.root(), 404),
        "cannot get the root catalog",
        "HTTP 404 (not there)"),
    NESTED_CATALOG_MISSING(
        CVMFS,
        scene -> scene.server().refuse(scene.nested(), 404),
        "cannot get catalog",
        "of /nested of broken.example.org",
        "HTTP 404 (not there)"),
    NESTED_CATALOG_CORRUPT(
        CVMFS,
        scene -> scene.server().fault(scene.nested(), BrokenRepositoriesIT::flip),
        "cannot get catalog",
        "of /nested of broken.example.org",
        "sent something else"),
    OBJECT_MISSING(
        CVMFS,
        scene -> scene.server().refuse(scene.object(), 404),
        "cannot get object",
        "HTTP 404 (not there)"),
    OBJECT_CORRUPT(
        CVMFS,
        scene -> scene.server().fault(scene.object(), BrokenRepositoriesIT::flip),
        "cannot get object",
        "sent something else",
        "(again)"),
    OBJECT_TRUNCATED(
        CVMFS,
        scene ->
            scene
                .server()
                .fault(
                    scene.object(),
                    (exchange, content) ->
                        FaultyServer.send(exchange, 200, Arrays.copyOf(content, 17))),
        "cannot get object",
        "sent something else: 17 bytes"),
    OBJECT_OVERSIZED(
        CVMFS,
        scene ->
            scene
                .server()
                .fault(
                    scene.object(),
                    (exchange, content) -> FaultyServer.send(exchange, 200, new byte[1 << 20])),
        "cannot get object",
        "announces 1,048,576 bytes, but can have"),
    OBJECT_ENDLESS(
        CVMFS,
        scene -> scene.server().fault(scene.object(), BrokenRepositoriesIT::sendWithoutEnd),
        "cannot get object",
        "longer than the"),
    SLOW_BELOW_THE_LIMIT(
        CVMFS,
        scene -> scene.server().fault(scene.object(), BrokenRepositoriesIT::trickle),
        "cannot get object",
        "bytes a second for 1 s, the limit is 1024"),
    CONNECTION_RESET_MID_BODY(
        CVMFS,
        scene -> scene.server().fault(scene.object(), BrokenRepositoriesIT::breakOff),
        "cannot get object",
        "connection broke before the end"),
    NOT_FOUND_ON_THE_FIRST_OF_TWO_HOSTS(
        OK,
        scene -> {
          scene.server().refuse(scene.object(), 404);
          scene
              .settings()
              .put("CVMFS_SERVER_URL", scene.server().url() + ";" + scene.other().url());
        },
        "is at revision 2"),
    STALE_HOST(
        TRUST,
        scene -> showOldManifest(scene.server(), scene),
        "(revision 1), but revision 2",
        "the server lags behind"),
    STALE_FIRST_OF_TWO_HOSTS(
        OK,
        scene -> {
          showOldManifest(scene.server(), scene);
          scene
              .settings()
              .put("CVMFS_SERVER_URL", scene.server().url() + ";" + scene.other().url());
        },
        "is at revision 2"),
    PROXY_WITH_A_LOGIN_PAGE(
        CVMFS,
        scene -> {
          scene.other().fault(MANIFEST, BrokenRepositoriesIT::sendGarbage);
          scene.useProxy("");
        },
        "is not one: it carries no signature. It begins with '<html>Please log in</html>'"),
    PROXY_WITH_GARBAGE(
        CVMFS,
        scene -> {
          scene.other().fault(scene.object(), BrokenRepositoriesIT::sendGarbage);
          scene.useProxy("");
        },
        "cannot get object",
        "through proxy 127.0.0.1:",
        "sent something else"),
    ONLY_PROXY_DIES_MID_RUN(
        CVMFS,
        scene -> {
          dieAtTheNestedCatalog(scene);
          scene.useProxy("");
        },
        "cannot get catalog",
        "through proxy 127.0.0.1:"),
    PROXY_DIES_MID_RUN(
        OK,
        scene -> {
          dieAtTheNestedCatalog(scene);
          scene.useProxy(";DIRECT");
        },
        "is at revision 2");

    private final int exitCode;

    // Neither is ever changed, but the check knows it of annotated types alone.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Arrangement arrangement;

    @SuppressWarnings("ImmutableEnumChecker")
    private final List<String> messages;

    Wrong(int exitCode, Arrangement arrangement, String... messages) {
      this.exitCode = exitCode;
      this.arrangement = arrangement;
      this.messages = List.of(messages);
    }

    boolean needsAnEarlierRun() {
      return name().startsWith("STALE");
    }
  }

  private static void flip(HttpExchange exchange, byte[] content) throws IOException {
    content[content.length / 2] ^= 1;
    FaultyServer.send(exchange, 200, content);
  }

  private static void sendGarbage(HttpExchange exchange, byte[] content) throws IOException {
    FaultyServer.send(exchange, 200, "<html>Please log in</html>".getBytes(StandardCharsets.UTF_8));
  }

  private static void sendWithoutEnd(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    while (true) {
      exchange.getResponseBody().write(new byte[1 << 16]);
    }
  }

  private static void breakOff(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    exchange.getResponseBody().write(content, 0, content.length / 2);
    exchange.getResponseBody().flush();
  }

  private static void trickle(HttpExchange exchange, byte[] content) throws IOException {
    exchange.sendResponseHeaders(200, content.length);
    for (byte b : content) {
      exchange.getResponseBody().write(b);
      exchange.getResponseBody().flush();
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static void showOldManifest(FaultyServer server, Scene scene) throws IOException {
    byte[] old = Files.readAllBytes(scene.publisher().directory().resolve("r1" + MANIFEST));
    server.fault(MANIFEST, (exchange, content) -> FaultyServer.send(exchange, 200, old));
  }

  private static void dieAtTheNestedCatalog(Scene scene) {
    scene.other().fault(scene.nested(), (exchange, content) -> scene.other().fallSilent());
  }

  @ParameterizedTest
  @EnumSource
  void repository_broken_isToldWithItsOwnMessageAndExitCode(Wrong wrong)
      throws IOException, InterruptedException {
    Tree tree = new Tree();
    tree.file("/bin/hello", "#!/bin/sh\necho hello\n").mode(0755);
    tree.directory("/nested").nestedCatalog();
    tree.file(TreePath.of("/nested/file"), Content.noise(1, 2000));
    PublisherOptions options = PublisherOptions.named(FQRN).clock(new Minutes());
    RepositoryPublisher publisher =
        new RepositoryPublisher(folder.resolve("repository"), options, KEYS);
    publisher.publish(tree);
    tree.file("/new", "in the second revision");
    Revision second = publisher.publish(tree);
    try (EmbeddedRegistry registry = EmbeddedRegistry.start(folder.resolve("registry"));
        FaultyServer server = FaultyServer.start(publisher.directory());
        FaultyServer other = FaultyServer.start(publisher.directory())) {
      String name = "test/" + wrong.name().toLowerCase(Locale.ROOT).replace('_', '-');
      PlainImage image = new PlainImage(registry.host(), name);
      image.push(TAG);
      Map<String, String> settings = settings(registry, publisher, server);
      if (wrong.needsAnEarlierRun()) {
        run(name, settings).orThrow();
      }
      String before = image.manifest(TAG);
      wrong.arrangement.arrange(new Scene(publisher, second, server, other, settings));

      CommandResult result = run(name, settings);

      assertThat(result.exitCode()).as(result.stdout() + result.stderr()).isEqualTo(wrong.exitCode);
      assertThat(wrong.exitCode == OK ? result.stdout() : result.stderr()).contains(wrong.messages);
      if (wrong.exitCode != OK) {
        assertThat(image.manifest(TAG)).isEqualTo(before);
      } else if (!wrong.needsAnEarlierRun()) {
        assertThat(image.manifest(TAG)).isNotEqualTo(before);
      }
      requireCleanCache();
    }
  }

  private Map<String, String> settings(
      EmbeddedRegistry registry, RepositoryPublisher publisher, FaultyServer server)
      throws IOException {
    Map<String, String> settings = new TreeMap<>();
    settings.put("OCI_REGISTRY", registry.host());
    settings.put("OCI_INSECURE", "yes");
    settings.put("OCI_CACHE", folder.resolve("cache").toString());
    settings.put("OCI_SPEC", Files.writeString(folder.resolve("all.spec"), "/*\n").toString());
    settings.put("CVMFS_REPOSITORY_NAME", FQRN);
    settings.put("CVMFS_SERVER_URL", server.url());
    settings.put("CVMFS_PUBLIC_KEY", publisher.masterKey().toString());
    settings.put("CVMFS_MAX_RETRIES", "0");
    settings.put("CVMFS_TIMEOUT_DIRECT", "1");
    return settings;
  }

  private CommandResult run(String image, Map<String, String> settings) throws IOException {
    String text =
        settings.entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue() + "\n")
            .collect(Collectors.joining());
    Path conf = Files.writeString(folder.resolve("broken.conf"), text);
    return CommandLine.mainClass("dev.cvmfs.injector.cli.Main")
        .run("oci", image + ":" + TAG, "-c", conf.toString());
  }

  /** Nothing but whole objects under their own names, and nothing that is only half done. */
  private void requireCleanCache() throws IOException {
    Path cache = folder.resolve("cache");
    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        Path name = cache.relativize(file);
        if (name.startsWith("data")) {
          String hex = (name.getName(1).toString() + name.getName(2)).substring(0, 40);
          ContentHash hash = ContentHash.parse(hex);
          assertThat(hash.algorithm().hash(Files.readAllBytes(file)))
              .as("%s", name)
              .isEqualTo(hash);
        } else {
          // The last is the ledger of layers that were built.
          assertThat(name.toString())
              .matches(
                  "tmp/lock|work/lock|cvmfschecksum\\."
                      + Pattern.quote(FQRN)
                      + "|layers/sha256-[0-9a-f]{64}\\.json");
        }
      }
    }
  }
}
