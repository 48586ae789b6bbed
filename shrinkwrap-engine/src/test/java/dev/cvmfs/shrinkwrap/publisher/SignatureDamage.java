package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ObjectKind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Breaks the chain of trust of a published repository, one link at a call; the next publication
 * mends it. Each method rewrites files that clients then fetch.
 */
public final class SignatureDamage {
  private final Path directory;
  private final PublisherOptions options;
  private final RepositoryKeys keys;
  private final Manifest newest;

  SignatureDamage(Path directory, PublisherOptions options, RepositoryKeys keys, Manifest newest) {
    this.directory = directory;
    this.options = options;
    this.keys = keys;
    this.newest = newest;
  }

  /** A well-signed whitelist that ended at this time. */
  public void expireWhitelist(Instant expired) throws IOException {
    signedBy(keys)
        .writeWhitelist(
            new Whitelist(
                options.fqrn(),
                expired.minus(Duration.ofDays(30)),
                expired,
                List.of(keys.fingerprint())));
  }

  /** A well-signed whitelist of another repository. */
  public void whitelistFor(String fqrn) throws IOException {
    Instant now = now();
    signedBy(keys)
        .writeWhitelist(
            new Whitelist(
                fqrn, now, now.plus(options.whitelistLifetime()), List.of(keys.fingerprint())));
  }

  /** A whitelist signed with a key that is not the published master key. */
  public void whitelistByForeignKey() throws IOException {
    RepositoryKeys foreign = RepositoryKeys.generate(options.fqrn(), now());
    signedBy(new RepositoryKeys(foreign.master(), keys.signer(), keys.certificate()))
        .writeWhitelist();
  }

  /** A manifest that names the right certificate but is signed with another key. */
  public void manifestByForeignKey() throws IOException {
    RepositoryKeys foreign = RepositoryKeys.generate(options.fqrn(), now());
    signedBy(foreign).writeManifest(newest);
  }

  /** A manifest well-signed by a certificate that the whitelist does not list. */
  public void manifestByUnlistedCertificate() throws IOException {
    RepositoryKeys foreign = RepositoryKeys.generate(options.fqrn(), now());
    signedBy(foreign)
        .writeManifest(
            newest.withCertificate(
                new ObjectDirectory(directory, options.hash())
                    .put(foreign.certificatePem(), ObjectKind.CERTIFICATE)
                    .hash()));
  }

  /** A well-signed manifest of another repository. */
  public void manifestFor(String fqrn) throws IOException {
    signedBy(keys).writeManifest(newest.withName(fqrn));
  }

  /** A manifest whose text was changed after it was signed: another time of publication. */
  public void tamperWithManifest() throws IOException {
    byte[] letter =
        Letter.seal(
            newest.text(), options.hash(), keys.signer().getPrivate(), Letter.Scheme.MANIFEST);
    int time = newest.text().indexOf("\nT") + 2;
    letter[time] = (byte) (letter[time] == '9' ? '8' : letter[time] + 1);
    signedBy(keys).writeManifest(newest, letter);
  }

  /** A manifest that was changed together with its hash line, so that only the signature tells. */
  public void tamperWithManifestAndHash() throws IOException {
    String tampered = newest.withTtl(options.ttlSeconds() + 1).text();
    byte[] letter =
        Letter.seal(
            newest.text(), options.hash(), keys.signer().getPrivate(), Letter.Scheme.MANIFEST);
    int signatureBytes = 2048 / 8;
    byte[] head =
        (tampered + "--\n" + ObjectHash.of(options.hash(), tampered) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    byte[] forged = new byte[head.length + signatureBytes];
    System.arraycopy(head, 0, forged, 0, head.length);
    System.arraycopy(letter, letter.length - signatureBytes, forged, head.length, signatureBytes);
    signedBy(keys).writeManifest(newest, forged);
  }

  /** Puts the right manifest and whitelist back. */
  public void repair() throws IOException {
    signedBy(keys).writeManifest(newest);
    signedBy(keys).writeWhitelist();
  }

  private RepositorySignatures signedBy(RepositoryKeys signer) {
    return new RepositorySignatures(directory, options, signer);
  }

  private Instant now() {
    return options.clock().instant();
  }
}
