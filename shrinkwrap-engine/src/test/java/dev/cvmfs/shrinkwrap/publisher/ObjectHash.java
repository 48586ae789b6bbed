package dev.cvmfs.shrinkwrap.publisher;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.jcajce.provider.digest.RIPEMD160;
import org.bouncycastle.jcajce.provider.digest.SHA3;

/** Computes the hashes of CVMFS. */
final class ObjectHash {

  private ObjectHash() {}

  static MessageDigest digest(HashAlgorithm algorithm) {
    return switch (algorithm) {
      case SHA1 -> jdkDigest("SHA-1");
      case RIPEMD160 -> new RIPEMD160.Digest();
      // Twice as long as needed, but the output of SHAKE begins the same at every length.
      case SHAKE128 -> new SHA3.DigestShake128_256();
    };
  }

  static MessageDigest jdkDigest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + name, e);
    }
  }

  /** Ends a digest made by {@link #digest}. */
  static ContentHash finish(HashAlgorithm algorithm, MessageDigest digest) {
    return new ContentHash(algorithm, Arrays.copyOf(digest.digest(), ContentHash.BYTES));
  }

  static ContentHash of(HashAlgorithm algorithm, byte[] bytes) {
    MessageDigest digest = digest(algorithm);
    digest.update(bytes);
    return finish(algorithm, digest);
  }

  static ContentHash of(HashAlgorithm algorithm, String text) {
    return of(algorithm, text.getBytes(StandardCharsets.UTF_8));
  }

  /** The hash of nothing: CVMFS writes it where there is no object, such as before revision 1. */
  static ContentHash none(HashAlgorithm algorithm) {
    return new ContentHash(algorithm, new byte[ContentHash.BYTES]);
  }
}
