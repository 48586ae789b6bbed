package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.conf.ConfFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The public keys that whitelists are signed with; any of them will do. */
final class MasterKeys {
  private static final int MAX_FILE = 1 << 16;

  private final List<Path> files;
  private final List<PublicKey> keys;

  private MasterKeys(List<Path> files, List<PublicKey> keys) {
    this.files = files;
    this.keys = keys;
  }

  /**
   * Reads PEM files; all must be good.
   *
   * @throws ConfFailure if one cannot be read or is no key
   */
  static MasterKeys read(List<Path> files) {
    List<PublicKey> keys = new ArrayList<>();
    for (Path file : files) {
      keys.add(read(file));
    }
    return new MasterKeys(files, keys);
  }

  private static PublicKey read(Path file) {
    try {
      if (Files.size(file) > MAX_FILE) {
        throw new ConfFailure("the master key %s is too large to be one".formatted(file));
      }
      String pem = Files.readString(file, StandardCharsets.ISO_8859_1);
      String base64 = pem.replaceAll("-----(BEGIN|END) PUBLIC KEY-----", "").replaceAll("\\s", "");
      byte[] encoded = Base64.getDecoder().decode(base64);
      return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (IOException e) {
      throw new ConfFailure(
          "the master key %s cannot be read (CVMFS_PUBLIC_KEY, CVMFS_KEYS_DIR)".formatted(file), e);
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      throw new ConfFailure(
          "%s is not a master key: it should hold an RSA public key in PEM form, beginning with -----BEGIN PUBLIC KEY-----"
              .formatted(file),
          e);
    }
  }

  /**
   * Whether one of the keys signed the text, in the way of whitelists: PKCS#1 type 1 padding around
   * the text itself, without naming a digest.
   */
  boolean verify(String text, byte[] signature) {
    return keys.stream().anyMatch(key -> verify(key, "NONEwithRSA", text, signature));
  }

  static boolean verify(PublicKey key, String algorithm, String text, byte[] signature) {
    try {
      Signature verifier = Signature.getInstance(algorithm);
      verifier.initVerify(key);
      verifier.update(text.getBytes(StandardCharsets.ISO_8859_1));
      return verifier.verify(signature);
    } catch (SignatureException e) {
      // A signature of the wrong length, or unreadable after decryption.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot verify with " + algorithm, e);
    }
  }

  /** For messages. */
  @Override
  public String toString() {
    return String.join(", ", files.stream().map(Path::toString).toList());
  }
}
