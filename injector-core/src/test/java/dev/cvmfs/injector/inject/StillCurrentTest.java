package dev.cvmfs.injector.inject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.spec.Specification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whether a layer that the ledger knows would come out the same today. */
class StillCurrentTest {
  private static final String FQRN = SampleRepository.TINY.fqrn();
  private static final LedgerEntry.Amounts AMOUNTS = new LedgerEntry.Amounts(1, 1, 1);
  private static final NewLayer LAYER =
      new NewLayer(Digest.sha256("layer"), Digest.sha256("tar"), 1);

  @TempDir private Path folder;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private Path repository = Path.of("");

  @BeforeEach
  void publish() throws IOException {
    repository = SampleRepository.TINY.copyInto(folder);
    show("r1");
    settings.put("CVMFS_SERVER_URL", repository.toUri().toString());
    settings.put("CVMFS_PUBLIC_KEY", SampleRepository.TINY.masterKey(repository).toString());
  }

  private void show(String revision) throws IOException {
    Files.copy(
        repository.resolve(revision + ".cvmfspublished"),
        repository.resolve(".cvmfspublished"),
        StandardCopyOption.REPLACE_EXISTING);
  }

  private interface Question<T> {
    T about(SliceSource source, Snapshots snapshots) throws IOException;
  }

  private <T> T ask(String specification, Question<T> question) throws IOException {
    try (Snapshots snapshots =
        new Snapshots(
            folder.resolve("cache"), Conf.of(settings, "test"), ProgressListener.SILENT)) {
      SliceSource source = new SliceSource();
      source.add(snapshots.open(FQRN), Specification.parse(specification.getBytes(UTF_8), "test"));
      return question.about(source, snapshots);
    }
  }

  private LedgerEntry entry(String specification) throws IOException {
    return ask(specification, (source, snapshots) -> source.ledgerEntry(LAYER, AMOUNTS, List.of()));
  }

  private boolean stillGives(LedgerEntry known, String specification) throws IOException {
    return ask(specification, (source, snapshots) -> source.stillGives(known));
  }

  @Test
  void sameState_needsNoCatalog() throws IOException {
    LedgerEntry known = entry("/*\n");

    long catalogs =
        ask(
            "/*\n",
            (source, snapshots) -> {
              assertThat(source.stillGives(known)).isTrue();
              return snapshots.counters().catalogs();
            });

    assertThat(catalogs).isZero();
  }

  @Test
  void otherSpecificationOrOptions_areNotTheSame() throws IOException {
    LedgerEntry known = entry("/*\n");
    assertThat(stillGives(known, "/*\n# a comment\n")).isFalse();

    settings.put("CVMFS_WORLD_READABLE", "yes");
    assertThat(stillGives(known, "/*\n")).isFalse();
  }

  @Test
  void laterState_withAChangeInWhatIsWanted_isNotTheSame() throws IOException {
    LedgerEntry known = entry("/README\n");
    show("r2");

    assertThat(stillGives(known, "/README\n")).isFalse();
  }

  @Test
  void lostOldState_meansToLookAtAll() throws IOException {
    LedgerEntry known = entry("/*\n");
    LedgerEntry.Repository repository =
        Optional.ofNullable(known.repositories().get(FQRN)).orElseThrow();
    LedgerEntry lost =
        known.from(
            new TreeMap<>(
                Map.of(
                    FQRN,
                    new LedgerEntry.Repository(
                        ContentHash.parse("12".repeat(20)), repository.provenance()))));

    assertThat(stillGives(lost, "/*\n")).isFalse();
  }
}
