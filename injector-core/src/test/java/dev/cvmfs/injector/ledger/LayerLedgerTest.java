package dev.cvmfs.injector.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerLedgerTest {
  private static final ContentHash ROOT =
      ContentHash.parse("bb60abcc605206264854d97f72524eae6c6652c1-shake128");

  @TempDir private Path folder;

  // Made before each test.
  @SuppressWarnings("NullAway.Init")
  private WorkDirectory work;

  @BeforeEach
  void open() throws IOException {
    work = WorkDirectory.open(folder.resolve("work"));
  }

  @AfterEach
  void close() {
    work.close();
  }

  private LayerLedger ledger(long second) {
    Clock clock = Clock.fixed(Instant.ofEpochSecond(second), ZoneOffset.UTC);
    return new LayerLedger(folder.resolve("layers"), work, clock, 20);
  }

  private static LedgerEntry entry(String content) {
    return entry(content, List.of("registry.example.org/lab/analysis"));
  }

  private static LedgerEntry entry(String content, List<String> places) {
    return new LedgerEntry(
        Digest.sha256(content),
        Digest.sha256("tar of " + content),
        1L << 41,
        Optional.of(Digest.sha256("table of contents of " + content)),
        new LedgerEntry.Amounts(7, 3, 1L << 40),
        repositories(content),
        places);
  }

  private static SortedMap<String, LedgerEntry.Repository> repositories(String content) {
    SortedMap<String, ByteString> provenance = new TreeMap<>();
    provenance.put("src.spec", ByteString.of(new byte[] {'/', '*', '\n', (byte) 0xff, 0}));
    provenance.put("layer.info", ByteString.of("format : 1\n" + content));
    SortedMap<String, LedgerEntry.Repository> repositories = new TreeMap<>();
    repositories.put("x.example.org", new LedgerEntry.Repository(ROOT, provenance));
    return repositories;
  }

  private static Path only(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void entry_added_isFoundAsItWas() throws IOException {
    ledger(1000).add(entry("a"));

    assertThat(ledger(2000).find(Digest.sha256("a"))).contains(entry("a"));
    assertThat(ledger(2000).find(Digest.sha256("b"))).isEmpty();
  }

  @Test
  void entry_thatAnotherProcessForgetsMeanwhile_isFound() throws IOException {
    ledger(1000).add(entry("a"));
    Path file = only(folder.resolve("layers"));
    Clock deletes =
        new Clock() {
          @Override
          public Instant instant() {
            assertThatCode(() -> Files.delete(file)).doesNotThrowAnyException();
            return Instant.EPOCH;
          }

          @Override
          public ZoneId getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    LayerLedger ledger = new LayerLedger(folder.resolve("layers"), work, deletes, 20);

    assertThat(ledger.find(Digest.sha256("a"))).contains(entry("a"));
    assertThat(ledger.find(Digest.sha256("a"))).isEmpty();
  }

  @Test
  void layer_madeFromTheSame_isFound() throws IOException {
    assertThat(ledger(1000).findMadeFrom(repositories("a"))).isEmpty();
    ledger(1000).add(entry("a"));
    ledger(1000).add(entry("b"));

    assertThat(ledger(1000).findMadeFrom(repositories("b"))).contains(entry("b"));
    assertThat(ledger(1000).findMadeFrom(repositories("c"))).isEmpty();
  }

  @Test
  void layer_underAnotherName_isNotFoundByWhatItIsMadeFrom() throws IOException {
    ledger(1000).add(entry("a"));
    Path file = only(folder.resolve("layers"));
    Files.move(file, file.resolveSibling("sha256-" + "0".repeat(64) + ".json"));

    assertThat(ledger(1000).findMadeFrom(repositories("a"))).isEmpty();
  }

  @Test
  void places_ofAnEntryThatIsReplaced_areKept() throws IOException {
    ledger(1000).add(entry("a", List.of("one")));
    ledger(1000).add(entry("a", List.of("two")));
    ledger(1000).add(entry("a", List.of()));

    assertThat(ledger(1000).find(Digest.sha256("a")).orElseThrow().places())
        .containsExactly("two", "one");
  }

  @Test
  void places_moreThanAreKept_loseTheOldest() {
    LedgerEntry entry = entry("a", List.of());
    for (int i = 0; i < 20; i++) {
      entry = entry.at("place " + i).at("place " + i);
    }

    assertThat(entry.places()).hasSize(8).startsWith("place 19", "place 18").endsWith("place 12");
  }

  @Test
  void entry_ofAnotherVersion_isLeftAlone() throws IOException {
    ledger(1000).add(entry("a"));
    Path file = only(folder.resolve("layers"));
    Files.writeString(file, Files.readString(file).replace("\"v\":3", "\"v\":2"));

    assertThat(ledger(1000).find(Digest.sha256("a"))).isEmpty();
  }

  @Test
  void entry_thatOthersMayWrite_countsForNothing() throws IOException {
    ledger(1000).add(entry("a"));
    for (String permissions : List.of("rw-rw----", "rw----rw-")) {
      Files.setPosixFilePermissions(
          only(folder.resolve("layers")), PosixFilePermissions.fromString(permissions));

      assertThat(ledger(1000).find(Digest.sha256("a"))).as(permissions).isEmpty();
    }
  }

  @Test
  void entry_underAnotherLayersName_countsForNothing() throws IOException {
    ledger(1000).add(entry("a"));
    Path file = only(folder.resolve("layers"));
    Files.move(
        file, file.resolveSibling(Digest.sha256("b").toString().replace(':', '-') + ".json"));

    assertThat(ledger(1000).find(Digest.sha256("b"))).isEmpty();
  }

  @Test
  void entry_spoiltInAnyByte_isReadOrLeftAlone() throws IOException {
    ledger(1000).add(entry("a"));
    Path file = only(folder.resolve("layers"));
    byte[] good = Files.readAllBytes(file);
    for (int i = 0; i < good.length; i += 9) {
      byte[] spoilt = good.clone();
      spoilt[i] ^= 0x15;
      Files.write(file, spoilt);

      Digest found =
          ledger(1000).find(Digest.sha256("a")).map(LedgerEntry::layer).orElse(Digest.sha256("a"));
      assertThat(found).as("byte %d", i).isEqualTo(Digest.sha256("a"));
    }
    Files.write(file, new byte[0]);
    assertThat(ledger(1000).find(Digest.sha256("a"))).isEmpty();
  }

  @Test
  void ledger_thatIsFull_forgetsWhatWasNotAskedForLongest() throws IOException {
    for (int i = 0; i < 20; i++) {
      ledger(1000 + i).add(entry("layer " + i));
      // Asked for, so that the time is the ledger's own and not the disk's.
      ledger(1000 + i).find(Digest.sha256("layer " + i));
    }
    assertThat(ledger(5000).find(Digest.sha256("layer 0"))).isPresent();

    ledger(6000).add(entry("one more"));

    assertThat(ledger(6000).find(Digest.sha256("layer 0"))).isPresent();
    assertThat(ledger(6000).find(Digest.sha256("layer 1"))).isEmpty();
    assertThat(ledger(6000).find(Digest.sha256("layer 2"))).isPresent();
  }
}
