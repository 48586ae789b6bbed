package dev.cvmfs.injector.archive;

import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;

/** Counts and hashes what passes. What it passes to stays open when this is closed. */
final class HashingStream extends OutputStream {
  private final OutputStream out;
  private final MessageDigest hash = Digest.newSha256();
  private long count;

  HashingStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) throws IOException {
    out.write(bytes, from, length);
    hash.update(bytes, from, length);
    count += length;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** What has passed; to be asked once. */
  Written written() {
    return new Written(Digest.ofSha256(hash.digest()), count);
  }
}
