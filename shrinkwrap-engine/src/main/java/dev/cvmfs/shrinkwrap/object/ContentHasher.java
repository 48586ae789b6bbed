package dev.cvmfs.shrinkwrap.object;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.crypto.Xof;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.crypto.digests.SHAKEDigest;

/** Computes the hash of an object piece by piece. Not for use by several threads. */
public abstract sealed class ContentHasher {

  public static ContentHasher of(HashAlgorithm algorithm) {
    return switch (algorithm) {
      case SHA1 -> new Sha1();
      case RIPEMD160 -> new Ripemd160();
      case SHAKE128 -> new Shake128();
    };
  }

  public abstract void update(byte[] bytes, int from, int length);

  /** The hash of all that came in; the hasher starts anew. */
  public abstract ContentHash finish();

  private static final class Sha1 extends ContentHasher {
    private final MessageDigest digest;

    private Sha1() {
      try {
        digest = MessageDigest.getInstance("SHA-1");
      } catch (NoSuchAlgorithmException e) {
        throw new AssertionError("every Java platform has SHA-1", e);
      }
    }

    @Override
    public void update(byte[] bytes, int from, int length) {
      digest.update(bytes, from, length);
    }

    @Override
    public ContentHash finish() {
      return new ContentHash(HashAlgorithm.SHA1, digest.digest());
    }
  }

  private static final class Ripemd160 extends ContentHasher {
    private final RIPEMD160Digest digest = new RIPEMD160Digest();

    @Override
    public void update(byte[] bytes, int from, int length) {
      digest.update(bytes, from, length);
    }

    @Override
    public ContentHash finish() {
      byte[] hash = new byte[ContentHash.BYTES];
      digest.doFinal(hash, 0);
      return new ContentHash(HashAlgorithm.RIPEMD160, hash);
    }
  }

  private static final class Shake128 extends ContentHasher {
    private final Xof digest = new SHAKEDigest(128);

    @Override
    public void update(byte[] bytes, int from, int length) {
      digest.update(bytes, from, length);
    }

    @Override
    public ContentHash finish() {
      byte[] hash = new byte[ContentHash.BYTES];
      digest.doFinal(hash, 0, hash.length);
      return new ContentHash(HashAlgorithm.SHAKE128, Arrays.copyOf(hash, hash.length));
    }
  }
}
