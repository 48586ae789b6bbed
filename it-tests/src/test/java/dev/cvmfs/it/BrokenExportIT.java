package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
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
 * A repository that is broken or forged changes nothing in an export that is complete; the exit
 * code says of what kind the trouble is.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BrokenExportIT {
  private static final String FQRN = "broken.example.org";
  private static final int TRUST = 5;
  private static final int CVMFS = 6;

  // All are made once, before the first test.
  @SuppressWarnings("NullAway.Init")
  private ExportPlace place;

  @SuppressWarnings("NullAway.Init")
  private RepositoryPublisher publisher;

  @SuppressWarnings("NullAway.Init")
  private Revision newest;

  @SuppressWarnings("NullAway.Init")
  private Path base;

  @SuppressWarnings("NullAway.Init")
  private List<ListedEntry> before;

  /** What may be done to the objects of a repository. */
  private interface Damage {
    void apply(ObjectDamage damage, Revision newest) throws IOException;
  }

  /** What may be done to the chain of trust. */
  private interface Forgery {
    void apply(SignatureDamage trust) throws IOException;
  }

  private record Damaged(String what, Damage damage) {
    @Override
    public String toString() {
      return what;
    }
  }

  private record Forged(String what, Forgery forgery) {
    @Override
    public String toString() {
      return what;
    }
  }

  @BeforeAll
  void exportFirstRevision(@TempDir Path folder) throws IOException {
    place = new ExportPlace(folder);
    publisher = new RepositoryPublisher(place.newFolder("published"), PublisherOptions.named(FQRN));
    Tree tree = new Tree();
    tree.file("/bin/hello", "one");
    tree.file("/gone", "gone");
    tree.directory("/nested").nestedCatalog();
    tree.file("/nested/file", "one");
    publisher.publish(tree);
    place.cvmfs().serve(publisher);
    base = place.newFolder("export");
    place.export(FQRN, place.settings(publisher), base).orThrow();
    before = ExportPlace.list(base, FQRN);
    tree.file("/bin/hello", "two");
    tree.file("/bin/new", "new");
    tree.file("/nested/file", "two");
    tree.remove("/gone");
    newest = publisher.publish(tree);
  }

  @AfterAll
  void end() {
    place.close();
  }

  static Stream<Forged> forgeries() {
    return Stream.of(
        new Forged("manifest changed after signing", SignatureDamage::tamperWithManifest),
        new Forged(
            "manifest changed together with its hash", SignatureDamage::tamperWithManifestAndHash),
        new Forged("manifest signed with a foreign key", SignatureDamage::manifestByForeignKey),
        new Forged(
            "manifest signed by a certificate that is not listed",
            SignatureDamage::manifestByUnlistedCertificate),
        new Forged(
            "manifest of another repository", trust -> trust.manifestFor("other.example.org")),
        new Forged(
            "whitelist expired",
            trust -> trust.expireWhitelist(Instant.parse("2020-02-03T04:05:06Z"))),
        new Forged(
            "whitelist of another repository", trust -> trust.whitelistFor("other.example.org")),
        new Forged("whitelist signed with a foreign key", SignatureDamage::whitelistByForeignKey));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void forgery_changesNothing(Forged forged) throws IOException {
    SignatureDamage trust = publisher.breakTrust();
    forged.forgery().apply(trust);
    try {
      assertChangesNothing(TRUST);
    } finally {
      trust.repair();
    }
  }

  static Stream<Damaged> damages() {
    return Stream.of(
        new Damaged(
            "object corrupt", (damage, newest) -> damage.corruptContentOf(newest, "/nested/file")),
        new Damaged(
            "object truncated",
            (damage, newest) -> damage.truncateContentOf(newest, "/nested/file")),
        new Damaged(
            "object missing", (damage, newest) -> damage.removeContentOf(newest, "/nested/file")),
        new Damaged(
            "nested catalog missing", (damage, newest) -> damage.removeCatalog(newest, "/nested")),
        new Damaged(
            "nested catalog corrupt",
            (damage, newest) -> damage.corrupt(newest.catalog("/nested"), ObjectKind.CATALOG)),
        new Damaged(
            "root catalog truncated",
            (damage, newest) -> damage.truncate(newest.rootHash(), ObjectKind.CATALOG)));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void damage_changesNothing(Damaged damaged) throws IOException {
    Path copy = place.newFolder("damaged").resolve("repository");
    Command.of("cp", "-r", publisher.directory().toString(), copy.toString()).run().orThrow();
    damaged.damage().apply(new ObjectDamage(copy), newest);
    place.cvmfs().serve(FQRN, copy);
    try {
      assertChangesNothing(CVMFS);
    } finally {
      place.cvmfs().serve(publisher);
    }
  }

  private void assertChangesNothing(int exitCode) throws IOException {
    ProgramRun run = place.export(FQRN, place.settings(publisher), base);

    assertThat(run.exitCode()).as(run.story()).isEqualTo(exitCode);
    assertThat(ListingDifference.between(before, ExportPlace.list(base, FQRN))).isEmpty();
  }
}
