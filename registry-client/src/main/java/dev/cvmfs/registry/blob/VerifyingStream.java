package dev.cvmfs.registry.blob;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.RegistryFailure;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;

/** Hashes a whole blob as it is read, and says at its end whether it was the right one. */
public final class VerifyingStream extends FilterInputStream {
  private final Descriptor descriptor;
  private final String purpose;
  private final MessageDigest hash;
  private final Consumer<RegistryFailure.Corrupt> whenWrong;
  private boolean verified;

  /**
   * @param in exactly the blob, or what is taken for it
   * @param purpose what it is read for, as it reads after "cannot"
   */
  public VerifyingStream(InputStream in, Descriptor descriptor, String purpose) {
    this(in, descriptor, purpose, failure -> {});
  }

  /**
   * @param whenWrong is told of a mismatch, before it is thrown
   */
  public VerifyingStream(
      InputStream in,
      Descriptor descriptor,
      String purpose,
      Consumer<RegistryFailure.Corrupt> whenWrong) {
    super(in);
    this.descriptor = descriptor;
    this.purpose = purpose;
    this.hash = descriptor.digest().newHash();
    this.whenWrong = whenWrong;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    if (read > 0) {
      hash.update(bytes, offset, read);
    } else if (read < 0 && !verified) {
      verify();
    }
    return read;
  }

  private void verify() {
    byte[] actual = hash.digest();
    if (!descriptor.digest().matches(actual)) {
      RegistryFailure.Corrupt failure =
          new RegistryFailure.Corrupt(
              "Cannot %s: what came has %s %s"
                  .formatted(
                      purpose, descriptor.digest().algorithm(), HexFormat.of().formatHex(actual)));
      whenWrong.accept(failure);
      throw failure;
    }
    verified = true;
  }

  /** Skipped bytes must be hashed too, so they are read. */
  @Override
  public long skip(long count) throws IOException {
    byte[] waste = new byte[(int) Math.min(Math.max(count, 0), 8192)];
    int read = waste.length == 0 ? 0 : read(waste, 0, waste.length);
    return Math.max(read, 0);
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
