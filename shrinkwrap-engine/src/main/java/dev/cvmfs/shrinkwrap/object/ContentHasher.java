package dev.cvmfs.shrinkwrap.object;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.digests.RIPEMD160Digest;
import org.bouncycastle.crypto.digests.SHAKEDigest;

/**
 * Computes the hash of an object while its bytes pass by. For one object and one thread; made by
 * {@link HashAlgorithm#hasher}.
 *
 * <p>SHA-1 is the JDK's, which uses the processor's instructions for it; the JDK has neither
 * RIPEMD-160 nor SHAKE-128.
 */
public final class ContentHasher {

  /** The little that the JDK's digests and Bouncy Castle's have in common. */
  private sealed interface Engine {
    void update(byte[] bytes, int offset, int length);

    /** The whole output, at least {@link ContentHash#BYTES} long. */
    byte[] finish();
  }

  private record JdkEngine(MessageDigest digest) implements Engine {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      digest.update(bytes, offset, length);
    }

    @Override
    public byte[] finish() {
      return digest.digest();
    }
  }

  private record BouncyEngine(Digest digest) implements Engine {
    @Override
    public void update(byte[] bytes, int offset, int length) {
      digest.update(bytes, offset, length);
    }

    @Override
    public byte[] finish() {
      byte[] output = new byte[digest.getDigestSize()];
      digest.doFinal(output, 0);
      return output;
    }
  }

  private final HashAlgorithm algorithm;
  private final Engine engine;

  private ContentHasher(HashAlgorithm algorithm, Engine engine) {
    this.algorithm = algorithm;
    this.engine = engine;
  }

  static ContentHasher of(HashAlgorithm algorithm) {
    Engine engine =
        switch (algorithm) {
          case SHA1 -> new JdkEngine(sha1());
          case RIPEMD160 -> new BouncyEngine(new RIPEMD160Digest());
          case SHAKE128 -> new BouncyEngine(new SHAKEDigest(128));
        };
    return new ContentHasher(algorithm, engine);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }

  public void update(byte[] bytes, int offset, int length) {
    engine.update(bytes, offset, length);
  }

  /** The hash of all that was given; the hasher must not be used afterwards. */
  public ContentHash finish() {
    return new ContentHash(algorithm, Arrays.copyOf(engine.finish(), ContentHash.BYTES));
  }
}
