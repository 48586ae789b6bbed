package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.shrinkwrap.campaign.Campaign;
import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The documents at the beginning of the chain of trust, spoilt in many ways. */
class DocumentCampaignTest {
  private static final String HEX = "f1825ba0b309d866b7295a5bb73b698e269bb667";
  private static final Path HERE = Path.of("blacklist");

  private static @TempDir Path temporary;
  private static byte[] manifest = {};
  private static byte[] whitelist = {};
  private static byte[] certificate = {};

  @BeforeAll
  static void publish() throws IOException {
    RepositoryPublisher publisher =
        new RepositoryPublisher(temporary, PublisherOptions.named("tiny.example.org"));
    publisher.publish(new Tree());
    manifest = Files.readAllBytes(temporary.resolve(".cvmfspublished"));
    whitelist = Files.readAllBytes(temporary.resolve(".cvmfswhitelist"));
    String hash =
        Manifest.parse("it", Letter.parse("it", manifest).lines())
            .certificate()
            .orElseThrow()
            .toString();
    Path stored =
        temporary.resolve("data").resolve(hash.substring(0, 2)).resolve(hash.substring(2) + "X");
    try (InflaterInputStream in = new InflaterInputStream(Files.newInputStream(stored))) {
      certificate = in.readAllBytes();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static List<String> lines(byte[] text) {
    return new String(text, StandardCharsets.ISO_8859_1).lines().toList();
  }

  /** What is signed of a document: its signature may be any bytes, and is new in every run. */
  private static byte[] signed(byte[] document) {
    String text = new String(document, StandardCharsets.ISO_8859_1);
    return text.substring(0, text.indexOf("\n--\n") + 1).getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void letters_spoilt_areReadOrRefused() {
    Campaign.run(
        "letter",
        List.of(manifest, whitelist),
        CvmfsFailure.class,
        input -> Letter.parse("it", input));
  }

  @Test
  void manifests_spoilt_areReadOrRefused() {
    byte[] alternative =
        bytes(
            "C%s-rmd160\nB1\nR%s\nD240\nS7\nGyes\nAyes\nNx\nX%s-shake128\nH%s\nT17\nY%s\nL\n"
                .formatted(HEX, HEX, HEX, HEX, HEX));
    Campaign.run(
        "manifest",
        List.of(signed(manifest), alternative),
        CvmfsFailure.class,
        input -> Manifest.parse("it", lines(input)));
  }

  @Test
  void whitelists_spoilt_areReadOrRefused() {
    byte[] several = bytes("20261122112252\nE20361119112252\nNx\n%s # a\n%s\n".formatted(HEX, HEX));
    Campaign.run(
        "whitelist",
        List.of(signed(whitelist), several),
        CvmfsFailure.class,
        input -> Whitelist.parse("it", lines(input)));
  }

  @Test
  void fingerprints_spoilt_areReadOrPassedOver() {
    byte[] colons = bytes("F1:82:5B:A0:B3:09:D8:66:B7:29:5A:5B:B7:3B:69:8E:26:9B:B6:67-RMD160 # c");
    Campaign.run(
        "fingerprint",
        List.of(colons, bytes(HEX)),
        CvmfsFailure.class,
        input -> Fingerprint.parse(new String(input, StandardCharsets.ISO_8859_1)));
  }

  @Test
  void blacklists_spoilt_areReadOrRefused() {
    byte[] list = bytes("# lost\n%s\n\n<x.example.org 17\n<y.example.org\t2\n".formatted(HEX));
    Campaign.run(
        "blacklist",
        List.of(list),
        ConfFailure.class,
        input -> Blacklist.none().add(lines(input), HERE));
  }

  @Test
  void certificates_spoilt_areReadOrRefused() {
    Campaign.run(
        "certificate",
        Effort.of(20_000, 1_000_000),
        List.of(certificate),
        List.of(CvmfsFailure.class),
        input -> RepositoryCertificate.parse("it", input).verify("text", input));
  }
}
