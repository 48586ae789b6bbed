package dev.cvmfs.injector.layer;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The memory of a batch of objects: their gzip members one after the other in one array, their
 * plain contents in another. Filled by one thread, read by another, then closed.
 */
final class Arena implements AutoCloseable {
  /** So much is asked of a stream at once, as Java reads files through a buffer of that size. */
  private static final int READ = 1 << 17;

  private static final byte[] NOTHING = {};

  private final ArrayPool pool;
  private byte[] members = NOTHING;
  private byte[] plain = NOTHING;
  private int membersEnd;
  private int plainEnd;

  Arena(ArrayPool pool) {
    this.pool = pool;
  }

  /** Where the next member begins. */
  int membersEnd() {
    return membersEnd;
  }

  /** Where the next plain content begins. */
  int plainEnd() {
    return plainEnd;
  }

  /** The array of members; another one after each call that makes room. */
  byte[] members() {
    return members;
  }

  /** The array of plain contents; likewise. */
  byte[] plain() {
    return plain;
  }

  /**
   * Reads a stream to its end into the array of members, with room for a trailer behind it.
   *
   * @param from where
   * @return where it ended, or nothing if it is too long to be held in memory
   */
  Optional<Integer> readMember(InputStream in, int from) throws IOException {
    int end = from;
    while (true) {
      if (!roomForMembers(end + 1L + Gzip.TRAILER)) {
        return Optional.empty();
      }
      int room = members.length - Gzip.TRAILER - end;
      int count = in.read(members, end, Math.min(room, READ));
      if (count < 0) {
        return Optional.of(end);
      }
      end += count;
    }
  }

  /**
   * Reads plain content.
   *
   * @return how many of the bytes there were
   */
  int readPlain(InputStream in, int length) throws IOException {
    roomForPlain(length);
    int done = 0;
    while (done < length) {
      int count = in.read(plain, plainEnd + done, Math.min(length - done, READ));
      if (count < 0) {
        return done;
      }
      done += count;
    }
    return done;
  }

  /**
   * Sees to it that the array of members is that long.
   *
   * @return whether it can be
   */
  boolean roomForMembers(long end) {
    if (end > ArrayPool.MOST) {
      return false;
    }
    members = grown(members, end);
    return true;
  }

  /** Sees to it that there is room for so much more plain content. */
  void roomForPlain(int length) {
    plain = grown(plain, (long) plainEnd + length);
  }

  private byte[] grown(byte[] array, long length) {
    if (array.length >= length && array.length > 0) {
      return array;
    }
    byte[] larger = pool.take(length);
    System.arraycopy(array, 0, larger, 0, array.length);
    if (array.length > 0) {
      pool.giveBack(array);
    }
    return larger;
  }

  /** What was written up to here stays. */
  void keep(int newMembersEnd, int newPlainEnd) {
    membersEnd = newMembersEnd;
    plainEnd = newPlainEnd;
  }

  /** The arrays go to others. */
  @Override
  public void close() {
    if (members.length > 0) {
      pool.giveBack(members);
      members = NOTHING;
    }
    if (plain.length > 0) {
      pool.giveBack(plain);
      plain = NOTHING;
    }
  }
}
