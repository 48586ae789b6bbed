package dev.cvmfs.shrinkwrap.cvmfs.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The documents at the beginning of the chain of trust, as texts. */
class ParsersTest {
  private static final String HEX = "f1825ba0b309d866b7295a5bb73b698e269bb667";
  private static final List<String> MANIFEST =
      List.of("C" + HEX, "Rd41d8cd98f00b204e9800998ecf8427e", "D240", "S7", "Nx.example.org");

  @TempDir Path temporary;

  private static byte[] letter(String text) {
    String hash = HashAlgorithm.SHA1.hash(bytes(text)).toString();
    return bytes(text + "--\n" + hash + "\nsig\n--\nnature");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void letter_isTextHashAndWhateverFollows() {
    Letter letter = Letter.parse("it", letter("Ca\nNb\n"));
    assertThat(letter.lines()).containsExactly("Ca", "Nb");
    assertThat(letter.signature()).isEqualTo(bytes("sig\n--\nnature"));
  }

  @Test
  void letter_withMd5_isRefused() {
    byte[] document = bytes("C\n--\nd41d8cd98f00b204e9800998ecf8427e\nsig");
    assertThatThrownBy(() -> Letter.parse("it", document))
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessageContaining("has no hash");
  }

  @Test
  void manifest_ofRequiredLinesOnly_isRead() {
    Manifest manifest = Manifest.parse("it", MANIFEST);
    assertThat(manifest.rootCatalog()).isEqualTo(ContentHash.parse(HEX));
    assertThat(manifest.revision()).isEqualTo(7);
    assertThat(manifest.repository()).contains("x.example.org");
    assertThat(manifest.published()).isEqualTo(Instant.EPOCH);
    assertThat(manifest.certificate()).isEmpty();
    assertThat(manifest.alternativePaths()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"C", "R", "D", "S"})
  void manifest_withoutARequiredLine_isRefused(String letter) {
    List<String> lines = MANIFEST.stream().filter(line -> !line.startsWith(letter)).toList();
    assertThatThrownBy(() -> Manifest.parse("it", lines))
        .isInstanceOf(CvmfsFailure.Data.class)
        .hasMessage("it is incomplete: no line " + letter);
  }

  @Test
  void documents_mutatedInAnyWay_areReadOrRefusedWithAFailureOfOurs() throws IOException {
    Random random = new Random(7);
    byte[] manifest = letter(String.join("\n", MANIFEST) + "\nT1\nAyes\n");
    byte[] whitelist = letter("20261122112252\nE20361119112252\nNx\nAA:BB # c\n" + HEX + "\n");
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = (i % 2 == 0 ? manifest : whitelist).clone();
      for (int change = random.nextInt(3); change >= 0; change--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
      }
      mutated = Arrays.copyOf(mutated, random.nextInt(mutated.length) + 1);
      try {
        Letter.parse("it", mutated);
      } catch (CvmfsFailure expected) {
        assertThat(expected).hasMessageStartingWith("it ");
      }
      List<String> lines = new String(mutated, StandardCharsets.ISO_8859_1).lines().toList();
      try {
        assertThat(i % 2 == 0 ? Manifest.parse("it", lines) : Whitelist.parse("it", lines))
            .isNotNull();
      } catch (CvmfsFailure expected) {
        assertThat(expected).hasMessageStartingWith("it ");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"E20261331000000", "E2026113100000", "20261130000000E", "E2026113000000x"})
  void whitelist_withImpossibleExpiry_isRefused(String expiry) {
    assertThatThrownBy(() -> Whitelist.parse("it", List.of("20261122112252", expiry, "Nx")))
        .isInstanceOf(CvmfsFailure.Data.class);
  }

  @Test
  void whitelist_thatWantsPkcs7_isRefused() {
    List<String> lines = List.of("20261122112252", "E20361119112252", "Nx", "Vpkcs7");
    assertThatThrownBy(() -> Whitelist.parse("it", lines))
        .isInstanceOf(CvmfsFailure.Trust.class)
        .hasMessageContaining("PKCS#7");
  }

  @Test
  void fingerprint_withColonsCommentAndAlgorithm_isRead() {
    String colons = "F1:82:5B:A0:B3:09:D8:66:B7:29:5A:5B:B7:3B:69:8E:26:9B:B6:67";
    assertThat(Fingerprint.parse(colons + "-SHAKE128 # new key"))
        .contains(new Fingerprint(ContentHash.parse(HEX + "-shake128")));
    assertThat(Fingerprint.parse(colons).map(Fingerprint::toString)).contains(colons);
    assertThat(Fingerprint.parse("# " + colons)).isEmpty();
  }

  @Test
  void breadcrumb_written_isReadBack() throws IOException {
    Breadcrumb breadcrumb =
        new Breadcrumb(ContentHash.parse(HEX + "-rmd160"), Instant.ofEpochSecond(17), 3);
    Path file = temporary.resolve("crumb");
    breadcrumb.write(temporary.resolve("new"), file);
    assertThat(Breadcrumb.read(file)).contains(breadcrumb);
    assertThat(Files.readString(file)).isEqualTo(HEX + "-rmd160T17R3");
  }

  @Test
  void breadcrumb_ofOldClientsOrTorn_isReadOrIgnored() throws IOException {
    Path file = temporary.resolve("crumb");
    Files.writeString(file, HEX + "T17");
    assertThat(Breadcrumb.read(file).map(Breadcrumb::revision)).contains(0L);
    Files.writeString(file, HEX.substring(1) + "T17");
    assertThat(Breadcrumb.read(file)).isEmpty();
    assertThat(Breadcrumb.read(temporary.resolve("none"))).isEqualTo(Optional.empty());
  }

  @Test
  void blacklist_withLineOfNeitherForm_isRefused() throws IOException {
    Path file = Files.writeString(temporary.resolve("blacklist"), "\n# ok\n<x 1\nAA:BB\n");
    assertThatThrownBy(() -> Blacklist.read(List.of(file)))
        .isInstanceOf(ConfFailure.class)
        .hasMessageContaining("blacklist:4");
  }
}
