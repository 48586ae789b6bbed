package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.cvmfs.network.Delivery;
import dev.cvmfs.shrinkwrap.cvmfs.network.Download;
import dev.cvmfs.shrinkwrap.cvmfs.network.Downloader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Establishes which root catalog is a repository's newest (manifest_fetch.cc): master key →
 * whitelist → certificate → manifest → root hash. From there on hashes lead to everything else.
 *
 * <p>What a host delivers may be stale or broken where another's is not, so each host is asked once
 * before giving up.
 */
public final class TrustChain {
  private static final long MAX_DOCUMENT = 1 << 20;
  private static final String MD5_OF_EMPTY_PATH = "d41d8cd98f00b204e9800998ecf8427e";

  private final CvmfsConf conf;
  private final Downloader downloader;
  private final CertificateSource certificates;
  private final Clock clock;
  private final Path breadcrumbFile;
  private final Scratch scratch;

  /**
   * @param cache where to remember how new a state was seen
   * @param scratch for files on the way into the cache
   */
  public TrustChain(
      CvmfsConf conf,
      Downloader downloader,
      CertificateSource certificates,
      Clock clock,
      Path cache,
      Scratch scratch) {
    this.conf = conf;
    this.downloader = downloader;
    this.certificates = certificates;
    this.clock = clock;
    this.breadcrumbFile = Breadcrumb.file(cache, conf.fqrn());
    this.scratch = scratch;
  }

  /**
   * Fetches and verifies the manifest.
   *
   * @throws CvmfsFailure.Trust if what the servers have is not signed as it should be
   * @throws CvmfsFailure.Data if it is not even readable
   * @throws CvmfsFailure.Network if no server has it, or what it names
   * @throws IOException if the local cache fails
   */
  public TrustedManifest fetch() throws IOException {
    if (conf.unverified()) {
      return fetchUnverified();
    }
    MasterKeys keys = MasterKeys.read(conf.publicKeys());
    Blacklist blacklist = Blacklist.read(conf.blacklists());
    Optional<Breadcrumb> seen = Breadcrumb.read(breadcrumbFile);
    List<CvmfsFailure> failures = new ArrayList<>();
    while (failures.size() < downloader.hostCount()) {
      Delivery<byte[]> document = document("the manifest", ".cvmfspublished");
      try {
        TrustedManifest verified = verify(document, keys, blacklist);
        Manifest manifest = verified.manifest();
        requireNotOlder(manifest, seen, document.host());
        if (manifest.published().getEpochSecond() > 0) {
          Breadcrumb.of(manifest).write(scratch.newFile("breadcrumb"), breadcrumbFile);
        }
        return verified;
      } catch (CvmfsFailure e) {
        // A replica that is being filled may not have yet what its new manifest names.
        failures.add(e);
        downloader.distrust(document.host());
      }
    }
    throw all(failures);
  }

  /** Leaves no trace of how new it is: what is not signed must not make what is look old. */
  private TrustedManifest fetchUnverified() throws IOException {
    Delivery<byte[]> document = document("the manifest", ".cvmfspublished");
    String what = describe("manifest", document.host());
    Manifest manifest = Manifest.parse(what, Letter.unverifiedLines(document.content()));
    requireRightOne(what, manifest);
    return new TrustedManifest(manifest, new Trust.Unverified(document.host()), Blacklist.none());
  }

  private Delivery<byte[]> document(String what, String path) throws IOException {
    return downloader.download(new Download(what, path, MAX_DOCUMENT), InputStream::readAllBytes);
  }

  private static CvmfsFailure all(List<CvmfsFailure> failures) {
    if (failures.size() == 1) {
      return failures.get(0);
    }
    String message =
        String.join("; ", failures.stream().map(CvmfsFailure::getMessage).distinct().toList());
    return failures.stream()
        .max(Comparator.comparing(TrustChain::gravity))
        .orElseThrow()
        .withMessage(message);
  }

  /** Which of several failures says best what the matter is. */
  private static int gravity(CvmfsFailure failure) {
    if (failure instanceof CvmfsFailure.Trust) {
      return 2;
    }
    return failure instanceof CvmfsFailure.Data ? 1 : 0;
  }

  private TrustedManifest verify(Delivery<byte[]> document, MasterKeys keys, Blacklist blacklist)
      throws IOException {
    String what = describe("manifest", document.host());
    Letter letter = Letter.parse(what, document.content());
    Manifest manifest = Manifest.parse(what, letter.lines());
    requireRightOne(what, manifest);
    RepositoryCertificate certificate = certificate(what, manifest);
    if (!certificate.verify(letter.hashText(), letter.signature())) {
      throw new CvmfsFailure.Trust(
          "%s has a signature that the repository's certificate (%s) did not make"
              .formatted(what, certificate.fingerprint()));
    }
    Whitelist whitelist = whitelist(keys);
    blacklist.requireAllowed(what, certificate);
    if (!certificate.isIn(whitelist.fingerprints())) {
      throw new CvmfsFailure.Trust(
          "%s is signed with the certificate %s, which the repository's whitelist does not list (it lists %s)"
              .formatted(what, certificate.fingerprint(), whitelist.fingerprints()));
    }
    blacklist.requireAllowed(what, conf.fqrn(), manifest.revision());
    return new TrustedManifest(
        manifest,
        new Trust.Verified(
            document.host(), certificate.fingerprint().toString(), whitelist.expiry()),
        blacklist);
  }

  private void requireRightOne(String what, Manifest manifest) {
    String name = manifest.repository().orElse(conf.fqrn());
    if (!name.equals(conf.fqrn())) {
      throw new CvmfsFailure.Trust("%s is that of %s".formatted(what, Letter.display(name)));
    }
    if (!manifest.rootPath().equals(MD5_OF_EMPTY_PATH)) {
      throw new CvmfsFailure.Trust(
          "%s is for another root path (%s)".formatted(what, Letter.display(manifest.rootPath())));
    }
  }

  private String describe(String document, URI host) {
    return "the %s of %s at %s".formatted(document, conf.fqrn(), host);
  }

  private RepositoryCertificate certificate(String what, Manifest manifest) throws IOException {
    if (manifest.certificate().isEmpty()) {
      throw new CvmfsFailure.Trust("%s names no certificate".formatted(what));
    }
    byte[] pem = certificates.read(manifest.certificate().get(), manifest.alternativePaths());
    return RepositoryCertificate.parse("the certificate of " + conf.fqrn(), pem);
  }

  private Whitelist whitelist(MasterKeys keys) throws IOException {
    Delivery<byte[]> document = document("the whitelist", ".cvmfswhitelist");
    String what = describe("whitelist", document.host());
    Letter letter = Letter.parse(what, document.content());
    Whitelist whitelist = Whitelist.parse(what, letter.lines());
    if (!whitelist.repository().equals(conf.fqrn())) {
      throw new CvmfsFailure.Trust(
          "%s is that of %s".formatted(what, Letter.display(whitelist.repository())));
    }
    whitelist.requireValid(what, clock);
    if (!keys.verify(letter.hashText(), letter.signature())) {
      throw new CvmfsFailure.Trust(
          "%s is not signed with any of the master keys tried (%s). Is it the right key for this repository (CVMFS_PUBLIC_KEY, CVMFS_KEYS_DIR)?"
              .formatted(what, keys));
    }
    return whitelist;
  }

  private void requireNotOlder(Manifest manifest, Optional<Breadcrumb> seen, URI host) {
    if (seen.isPresent() && manifest.published().isBefore(seen.get().published())) {
      throw new CvmfsFailure.Trust(
          "%s is from %s (revision %d), but revision %d from %s was already seen: the server lags behind, or somebody shows an old state on purpose. If the repository was really rolled back, delete %s"
              .formatted(
                  describe("manifest", host),
                  manifest.published(),
                  manifest.revision(),
                  seen.get().revision(),
                  seen.get().published(),
                  breadcrumbFile));
    }
  }
}
