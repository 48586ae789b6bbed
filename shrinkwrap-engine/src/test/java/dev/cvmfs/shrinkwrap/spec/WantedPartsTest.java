package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who says which part of a repository an export is to have. */
class WantedPartsTest {
  private static final String FQRN = "some.example.org";

  @TempDir private Path folder;

  @Test
  void given_goesBeforeWhatIsThere() throws IOException {
    Path file = Files.writeString(folder.resolve("any.spec"), "/given\n");

    assertThat(text(new WantedParts(Optional.of(file), WantedPartsTest::earlier)))
        .isEqualTo("/given\n");
  }

  @Test
  void givenFolder_hasAFileForEachRepository() throws IOException {
    Files.writeString(folder.resolve(FQRN + ".spec"), "/its\n");
    Files.writeString(folder.resolve("other.example.org.spec"), "/others\n");
    WantedParts wanted = new WantedParts(Optional.of(folder), WantedPartsTest::earlier);

    assertThat(text(wanted)).isEqualTo("/its\n");
    assertThatThrownBy(() -> wanted.of("third.example.org")).isInstanceOf(SpecFailure.class);
  }

  @Test
  void nothingGiven_whatIsThereIsKept() throws IOException {
    assertThat(text(new WantedParts(Optional.empty(), WantedPartsTest::earlier)))
        .isEqualTo("/earlier\n");
  }

  @Test
  void nobodySaysIt_isRefused() {
    assertThatThrownBy(() -> new WantedParts(Optional.empty(), fqrn -> Optional.empty()).of(FQRN))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("which part of " + FQRN);
  }

  private static Optional<ByteString> earlier(String fqrn) {
    return Optional.of(ByteString.of("/earlier\n"));
  }

  private static String text(WantedParts wanted) throws IOException {
    return new String(wanted.of(FQRN).source(), UTF_8);
  }
}
