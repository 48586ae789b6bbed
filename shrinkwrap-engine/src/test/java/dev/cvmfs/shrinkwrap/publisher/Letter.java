package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import javax.crypto.Cipher;

/**
 * A signed text as CVMFS writes it (CernVM-FS, crypto/signature.cc): the text, a line {@code --},
 * the text's hash, the signature of that hash's text form.
 */
final class Letter {

  /** How the hash is signed. */
  enum Scheme {
    /** Of manifests: SHA-1 with RSA, whatever the repository's own hash is. */
    MANIFEST,
    /** Of whitelists: the padded hash text itself, without naming a digest. */
    WHITELIST
  }

  private Letter() {}

  /** Seals a text that ends with a newline. */
  static byte[] seal(String text, HashAlgorithm algorithm, PrivateKey key, Scheme scheme) {
    return assemble(text, ObjectHash.of(algorithm, text).toString(), key, scheme);
  }

  private static byte[] assemble(String text, String hash, PrivateKey key, Scheme scheme) {
    byte[] head = (text + "--\n" + hash + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] signature = sign(hash.getBytes(StandardCharsets.US_ASCII), key, scheme);
    return ByteBuffer.allocate(head.length + signature.length).put(head).put(signature).array();
  }

  private static byte[] sign(byte[] hash, PrivateKey key, Scheme scheme) {
    try {
      if (scheme == Scheme.MANIFEST) {
        Signature signature = Signature.getInstance("SHA1withRSA");
        signature.initSign(key);
        signature.update(hash);
        return signature.sign();
      }
      Cipher cipher = Cipher.getInstance("RSA/ECB/PKCS1Padding");
      cipher.init(Cipher.ENCRYPT_MODE, key);
      return cipher.doFinal(hash);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java signs with RSA", e);
    }
  }
}
