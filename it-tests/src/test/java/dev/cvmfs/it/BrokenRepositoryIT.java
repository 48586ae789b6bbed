package dev.cvmfs.it;

import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.publisher.ObjectDamage;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.SignatureDamage;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A repository that is broken or forged never reaches an image: the exit code says of what kind the
 * trouble is, the message says what to do, and the tag stays as it was.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenRepositoryIT {
  private static final int TRUST = 5;
  private static final int CVMFS = 6;

  // All are made once, before the first test.
  @SuppressWarnings("NullAway.Init")
  private Ground<EmbeddedRegistry> ground;

  @SuppressWarnings("NullAway.Init")
  private Repository repository;

  @SuppressWarnings("NullAway.Init")
  private String image;

  /** A repository of which the image has the first revision, and the server shows the second. */
  private record Repository(RepositoryPublisher publisher, Revision newest) {}

  /** What may be done to the objects of a repository. */
  private interface Damage {
    void apply(ObjectDamage damage, Revision newest) throws IOException;
  }

  /** What may be done to the chain of trust. */
  private interface Forgery {
    void apply(SignatureDamage trust) throws IOException;
  }

  private record Damaged(String what, Damage damage, List<String> said) {
    @Override
    public String toString() {
      return what;
    }
  }

  private record Forged(String what, Forgery forgery, List<String> said) {
    @Override
    public String toString() {
      return what;
    }
  }

  @BeforeAll
  void injectFirstRevision(@TempDir Path folder) throws IOException {
    ground = Ground.withEmbeddedRegistry(folder);
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            ground.newFolder("published"), PublisherOptions.named("broken.example.org"));
    publisher.publish(tree("one"));
    ground.cvmfs().serve(publisher);
    image = ground.pushSmallImage();
    ground.runWell(ground.settings(publisher), image);
    repository = new Repository(publisher, publisher.publish(tree("two")));
  }

  @AfterAll
  void close() {
    ground.close();
  }

  private static Tree tree(String revision) {
    Tree tree = new Tree();
    tree.file("/bin/hello", "#!/bin/sh\necho " + revision + "\n").mode(0755);
    tree.file("/large", (revision + " ").repeat(20_000));
    tree.directory("/nested").nestedCatalog();
    tree.file("/nested/file", "nested " + revision);
    return tree;
  }

  static Stream<Forged> forgeries() {
    return Stream.of(
        new Forged(
            "manifest changed after signing",
            SignatureDamage::tamperWithManifest,
            List.of("manifest", "changed after it was signed")),
        new Forged(
            "manifest changed together with its hash",
            SignatureDamage::tamperWithManifestAndHash,
            List.of("signature")),
        new Forged(
            "manifest signed with a foreign key",
            SignatureDamage::manifestByForeignKey,
            List.of("signature")),
        new Forged(
            "manifest signed by a certificate that is not listed",
            SignatureDamage::manifestByUnlistedCertificate,
            List.of("certificate", "whitelist")),
        new Forged(
            "manifest of another repository",
            trust -> trust.manifestFor("other.example.org"),
            List.of("other.example.org")),
        new Forged(
            "whitelist expired",
            trust -> trust.expireWhitelist(Instant.parse("2020-02-03T04:05:06Z")),
            List.of("whitelist", "expired", "2020-02-03")),
        new Forged(
            "whitelist of another repository",
            trust -> trust.whitelistFor("other.example.org"),
            List.of("whitelist", "other.example.org")),
        new Forged(
            "whitelist signed with a foreign key",
            SignatureDamage::whitelistByForeignKey,
            List.of("whitelist", "CVMFS_PUBLIC_KEY")));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void forgery_isRefused(Forged forged) throws IOException {
    SignatureDamage trust = repository.publisher().breakTrust();
    forged.forgery().apply(trust);
    try {
      assertRefused(TRUST, forged.said());
    } finally {
      trust.repair();
    }
  }

  static Stream<Damaged> damages() {
    return Stream.of(
        new Damaged(
            "object corrupt",
            (damage, newest) -> damage.corruptContentOf(newest, "/bin/hello"),
            List.of("(data/", "hash to")),
        new Damaged(
            "last chunk of a large file corrupt",
            (damage, newest) -> damage.corruptContentOf(newest, "/large"),
            List.of("(data/", "hash to")),
        new Damaged(
            "object truncated",
            (damage, newest) -> damage.truncateContentOf(newest, "/bin/hello"),
            List.of("(data/")),
        new Damaged(
            "object missing",
            (damage, newest) -> damage.removeContentOf(newest, "/bin/hello"),
            List.of("(data/", "404")),
        new Damaged(
            "nested catalog missing",
            (damage, newest) -> damage.removeCatalog(newest, "/nested"),
            List.of("catalog", "404")),
        new Damaged(
            "nested catalog corrupt",
            (damage, newest) -> damage.corrupt(newest.catalog("/nested"), ObjectKind.CATALOG),
            List.of("catalog", "hash")),
        new Damaged(
            "root catalog truncated",
            (damage, newest) -> damage.truncate(newest.rootHash(), ObjectKind.CATALOG),
            List.of("catalog")));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damage_isRefused(Damaged damaged) throws IOException {
    Path original = repository.publisher().directory();
    Path copy = ground.newFolder("damaged").resolve("repository");
    Command.of("cp", "-r", original.toString(), copy.toString()).run().orThrow();
    damaged.damage().apply(new ObjectDamage(copy), repository.newest());
    ground.cvmfs().serve(repository.publisher().fqrn(), copy);
    try {
      assertRefused(CVMFS, damaged.said());
    } finally {
      ground.cvmfs().serve(repository.publisher());
    }
  }

  private void assertRefused(int exitCode, List<String> said) throws IOException {
    Refusal.of(ground, ground.settings(repository.publisher()), image)
        .hasExitCode(exitCode)
        .says("broken.example.org")
        .says(said)
        .leavesTheImageAlone();
  }
}
