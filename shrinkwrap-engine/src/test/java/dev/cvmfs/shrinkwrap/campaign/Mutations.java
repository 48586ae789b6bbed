package dev.cvmfs.shrinkwrap.campaign;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Spoils valid samples in the ways in which files are spoilt and forged: bits and bytes changed,
 * parts cut out, doubled, moved or taken from another sample, numbers replaced by extreme ones. An
 * input is a function of its number alone.
 */
public final class Mutations {
  private static final byte[] ODD_BYTES = {
    0, 1, 0x7f, -128, -1, '\n', '\r', ' ', '/', '.', '-', '#'
  };
  private static final long[] ODD_NUMBERS = {
    0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 31, (1L << 31) - 1, 1L << 32, 0xffff, 1L << 40
  };
  private static final String[] ODD_DIGITS = {
    "-1", "00", "4294967296", "9223372036854775807", "18446744073709551616", "9".repeat(40), "1e9"
  };
  private static final int LONGEST_PIECE = 2048;

  private final List<byte[]> samples;

  public Mutations(List<byte[]> samples) {
    this.samples = List.copyOf(samples);
  }

  /** The input of this number. */
  public byte[] input(long number) {
    RandomGenerator random = new SplittableRandom(number);
    byte[] bytes = sample(random).clone();
    for (int changes = 1 + random.nextInt(1 + random.nextInt(8)); changes > 0; changes--) {
      bytes = change(bytes, random);
    }
    return bytes;
  }

  private byte[] sample(RandomGenerator random) {
    return samples.get(random.nextInt(samples.size()));
  }

  private byte[] change(byte[] bytes, RandomGenerator random) {
    if (bytes.length == 0) {
      return noise(random);
    }
    int at = random.nextInt(bytes.length);
    int end = at + random.nextInt(Math.min(LONGEST_PIECE, bytes.length - at) + 1);
    byte[] piece = Arrays.copyOfRange(bytes, at, end);
    int elsewhere = random.nextInt(bytes.length);
    return switch (random.nextInt(12)) {
      case 0, 1 -> set(bytes, at, bytes[at] ^ (1 << random.nextInt(8)));
      case 2 -> set(bytes, at, random.nextInt(256));
      case 3, 4 -> set(bytes, at, ODD_BYTES[random.nextInt(ODD_BYTES.length)]);
      case 5 -> replace(bytes, at, end, new byte[0]);
      case 6 -> replace(bytes, elsewhere, elsewhere, piece);
      case 7 -> replace(bytes, at, at, noise(random));
      case 8 -> Arrays.copyOf(bytes, at);
      case 9 -> splice(bytes, at, sample(random), random);
      case 10 -> overwriteNumber(bytes, at, random);
      default -> replaceDigits(bytes, at, random);
    };
  }

  private static byte[] set(byte[] bytes, int at, int value) {
    bytes[at] = (byte) value;
    return bytes;
  }

  private static byte[] noise(RandomGenerator random) {
    byte[] noise = new byte[1 + random.nextInt(40)];
    random.nextBytes(noise);
    return noise;
  }

  /** The beginning of one sample, the end of another; often cut at the same place in both. */
  private static byte[] splice(byte[] head, int at, byte[] tail, RandomGenerator random) {
    int from = random.nextBoolean() ? Math.min(at, tail.length) : random.nextInt(tail.length + 1);
    return replace(head, at, head.length, Arrays.copyOfRange(tail, from, tail.length));
  }

  private static byte[] overwriteNumber(byte[] bytes, int at, RandomGenerator random) {
    long number = ODD_NUMBERS[random.nextInt(ODD_NUMBERS.length)];
    ByteBuffer buffer =
        ByteBuffer.allocate(8)
            .order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    int width = 1 << random.nextInt(4);
    switch (width) {
      case 8 -> buffer.putLong(number);
      case 4 -> buffer.putInt((int) number);
      default -> buffer.putShort((short) number);
    }
    System.arraycopy(buffer.array(), 0, bytes, at, Math.min(width, bytes.length - at));
    return bytes;
  }

  private static byte[] replaceDigits(byte[] bytes, int at, RandomGenerator random) {
    int start = at;
    while (start < bytes.length && !isDigit(bytes[start])) {
      start++;
    }
    int end = start;
    while (end < bytes.length && isDigit(bytes[end])) {
      end++;
    }
    String digits = ODD_DIGITS[random.nextInt(ODD_DIGITS.length)];
    return replace(bytes, start, end, digits.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static byte[] replace(byte[] bytes, int from, int to, byte[] by) {
    byte[] changed = Arrays.copyOf(bytes, bytes.length - (to - from) + by.length);
    System.arraycopy(by, 0, changed, from, by.length);
    System.arraycopy(bytes, to, changed, from + by.length, bytes.length - to);
    return changed;
  }
}
