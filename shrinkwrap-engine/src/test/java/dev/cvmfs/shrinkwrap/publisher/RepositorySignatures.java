package dev.cvmfs.shrinkwrap.publisher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;

/** Writes the signed files of a repository. Each file changes in one step. */
record RepositorySignatures(Path directory, PublisherOptions options, RepositoryKeys keys) {

  void writeManifest(Manifest manifest) throws IOException {
    writeManifest(
        manifest,
        Letter.seal(
            manifest.text(), options.hash(), keys.signer().getPrivate(), Letter.Scheme.MANIFEST));
  }

  void writeManifest(Manifest manifest, byte[] letter) throws IOException {
    replace("r" + manifest.revision() + ".cvmfspublished", letter);
    replace(".cvmfspublished", letter);
  }

  void writeWhitelist() throws IOException {
    Instant now = options.clock().instant();
    writeWhitelist(
        new Whitelist(
            options.fqrn(),
            now,
            now.plus(options.whitelistLifetime()),
            List.of(keys.fingerprint())));
  }

  void writeWhitelist(Whitelist whitelist) throws IOException {
    replace(
        ".cvmfswhitelist",
        Letter.seal(
            whitelist.text(), options.hash(), keys.master().getPrivate(), Letter.Scheme.WHITELIST));
  }

  private void replace(String name, byte[] bytes) throws IOException {
    Path temporary = Files.createTempFile(directory, "new", ".tmp");
    Files.write(temporary, bytes);
    Files.move(
        temporary,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
