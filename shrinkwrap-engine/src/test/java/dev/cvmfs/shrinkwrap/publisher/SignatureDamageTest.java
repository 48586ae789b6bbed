package dev.cvmfs.shrinkwrap.publisher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectKind;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Follows the chain of trust as the format's description has it, with nothing but the JDK. */
class SignatureDamageTest {
  private @TempDir Path folder;

  /** Which links of the chain hold. */
  private record Chain(
      boolean manifestHash,
      boolean manifestSignature,
      boolean whitelistSignature,
      boolean listed,
      String manifestName,
      String whitelistName) {}

  private static final Chain WHOLE =
      new Chain(true, true, true, true, "t.example.org", "t.example.org");

  @Test
  void publishedRepository_everyLinkHolds() throws Exception {
    publish();

    assertThat(chain()).isEqualTo(WHOLE);
  }

  @Test
  void realRepository_everyLinkHolds() throws Exception {
    Path tiny = SampleRepository.TINY.copyInto(folder);
    Files.copy(tiny.resolve("r2.cvmfspublished"), tiny.resolve(".cvmfspublished"));

    assertThat(chain(tiny, SampleRepository.TINY.masterKey(tiny)))
        .isEqualTo(new Chain(true, true, true, true, "tiny.example.org", "tiny.example.org"));
  }

  @Test
  void tamperedManifest_hashDoesNotHold() throws Exception {
    publish().breakTrust().tamperWithManifest();

    assertThat(chain())
        .isEqualTo(new Chain(false, true, true, true, "t.example.org", "t.example.org"));
  }

  @Test
  void tamperedManifestAndHash_signatureDoesNotHold() throws Exception {
    publish().breakTrust().tamperWithManifestAndHash();

    assertThat(chain())
        .isEqualTo(new Chain(true, false, true, true, "t.example.org", "t.example.org"));
  }

  @Test
  void foreignManifestKey_signatureDoesNotHold() throws Exception {
    publish().breakTrust().manifestByForeignKey();

    assertThat(chain())
        .isEqualTo(new Chain(true, false, true, true, "t.example.org", "t.example.org"));
  }

  @Test
  void unlistedCertificate_isNotListed() throws Exception {
    publish().breakTrust().manifestByUnlistedCertificate();

    assertThat(chain())
        .isEqualTo(new Chain(true, true, true, false, "t.example.org", "t.example.org"));
  }

  @Test
  void foreignWhitelistKey_signatureDoesNotHold() throws Exception {
    publish().breakTrust().whitelistByForeignKey();

    assertThat(chain())
        .isEqualTo(new Chain(true, true, false, true, "t.example.org", "t.example.org"));
  }

  @Test
  void otherNames_areWellSigned() throws Exception {
    RepositoryPublisher publisher = publish();
    publisher.breakTrust().whitelistFor("other.example.org");
    publisher.breakTrust().manifestFor("third.example.org");

    assertThat(chain())
        .isEqualTo(new Chain(true, true, true, true, "third.example.org", "other.example.org"));
  }

  @Test
  void expiredWhitelist_isWellSigned_andNextPublicationMendsIt() throws Exception {
    RepositoryPublisher publisher = publish();
    publisher.breakTrust().expireWhitelist(Instant.parse("2020-02-03T04:05:06Z"));
    assertThat(chain()).isEqualTo(WHOLE);
    assertThat(Files.readString(folder.resolve(".cvmfswhitelist"), StandardCharsets.ISO_8859_1))
        .contains("\nE20200203040506\n");

    publisher.publish(new Tree());
    assertThat(Files.readString(folder.resolve(".cvmfswhitelist"), StandardCharsets.ISO_8859_1))
        .doesNotContain("E2020");
  }

  private RepositoryPublisher publish() throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(
            folder, PublisherOptions.named("t.example.org").hash(HashAlgorithm.RIPEMD160));
    publisher.publish(new Tree());
    return publisher;
  }

  private Chain chain() throws IOException, GeneralSecurityException {
    return chain(folder, folder.resolve("t.example.org.pub"));
  }

  private static Chain chain(Path repository, Path masterKey)
      throws IOException, GeneralSecurityException {
    OpenedLetter manifest = OpenedLetter.open(repository.resolve(".cvmfspublished"));
    OpenedLetter whitelist = OpenedLetter.open(repository.resolve(".cvmfswhitelist"));
    X509Certificate certificate = certificate(repository, manifest.field('X'));
    Signature signature = Signature.getInstance("SHA1withRSA");
    signature.initVerify(certificate);
    signature.update(manifest.hash().getBytes(StandardCharsets.US_ASCII));
    return new Chain(
        manifest.hashHolds(),
        signature.verify(manifest.signature().bytes()),
        whitelist.hashHolds() && signedBy(key(masterKey), whitelist),
        whitelist.text().contains("\n" + fingerprint(certificate) + "\n"),
        manifest.field('N'),
        whitelist.field('N'));
  }

  private static boolean signedBy(PublicKey master, OpenedLetter letter)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
    cipher.init(Cipher.DECRYPT_MODE, master);
    try {
      return Arrays.equals(
          cipher.doFinal(letter.signature().bytes()),
          letter.hash().getBytes(StandardCharsets.US_ASCII));
    } catch (GeneralSecurityException e) {
      // A signature by another key is not even padded as it should be.
      return false;
    }
  }

  private static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
    return HexFormat.ofDelimiter(":")
        .formatHex(ObjectHash.jdkDigest("SHA-1").digest(certificate.getEncoded()))
        .toUpperCase(Locale.ROOT);
  }

  private static X509Certificate certificate(Path repository, String hash)
      throws IOException, GeneralSecurityException {
    byte[] pem =
        CatalogDump.plainBytes(
            repository, ContentHash.parse(hash), ObjectKind.CERTIFICATE, Compression.ZLIB);
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(pem));
  }

  private static PublicKey key(Path pem) throws IOException, GeneralSecurityException {
    String base64 = Files.readString(pem).replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    return KeyFactory.getInstance("RSA")
        .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(base64)));
  }

  /** A manifest or whitelist, taken apart. */
  private record OpenedLetter(String text, String hash, ByteString signature) {

    static OpenedLetter open(Path file) throws IOException {
      byte[] bytes = Files.readAllBytes(file);
      String all = new String(bytes, StandardCharsets.ISO_8859_1);
      int end = all.indexOf("\n--\n") + 1;
      int hashStart = end + 3;
      int hashEnd = all.indexOf('\n', hashStart);
      return new OpenedLetter(
          all.substring(0, end),
          all.substring(hashStart, hashEnd),
          ByteString.of(Arrays.copyOfRange(bytes, hashEnd + 1, bytes.length)));
    }

    boolean hashHolds() {
      ContentHash said = ContentHash.parse(hash);
      return ObjectHash.of(said.algorithm(), text).equals(said);
    }

    String field(char letter) {
      return text.lines()
          .filter(line -> line.charAt(0) == letter)
          .findFirst()
          .orElseThrow()
          .substring(1);
    }
  }
}
