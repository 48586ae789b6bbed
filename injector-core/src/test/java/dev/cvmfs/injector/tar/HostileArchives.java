package dev.cvmfs.injector.tar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Archives made to cost as much as they can: headers that are for all entries, many or long
 * records, long names, sizes that are not true, files of zeros where small ones are expected.
 * Mutations of good archives hardly come upon these. Each is a function of its number, and at most
 * a few megabytes long, most of which compress to nothing.
 */
public final class HostileArchives {
  private static final long[] ABSURD = {
    Long.MAX_VALUE, Long.MAX_VALUE - 511, Long.MIN_VALUE, -1, 1L << 62, (1L << 56) + 1, 1L << 33
  };
  private static final String[] KEYS = {
    "path", "linkpath", "size", "uid", "gid", "mtime", "comment", "GNU.sparse.size", "hdrcharset"
  };
  private static final String STORE = "cvmfs/.data/aa/bb/";
  private static final int LONGEST = 1 << 20;
  private static final int MOST_ENTRIES = 1500;
  private static final int LARGEST = 4 << 20;

  private HostileArchives() {}

  /** The archive of this number. */
  public static byte[] archive(long number) {
    RandomGenerator random = new SplittableRandom(number);
    RawTar tar = new RawTar();
    for (int pieces = 2 + random.nextInt(6); pieces > 0 && tar.size() < LARGEST; pieces--) {
      addPiece(tar, random);
    }
    addEntries(tar, random);
    return tar.finish();
  }

  private static void addPiece(RawTar tar, RandomGenerator random) {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> tar.add('g', "global", records(random, length(random)));
      case 3, 4 -> tar.add('x', "extended", records(random, length(random)));
      case 5 -> tar.add(random.nextBoolean() ? 'L' : 'K', "long", name(random, length(random)));
      case 6 -> tar.header('0', entryName(random), "", ABSURD[random.nextInt(ABSURD.length)]);
      case 7 -> {
        long size = ABSURD[random.nextInt(ABSURD.length)];
        tar.add('x', "extended", RawTar.record("size", Long.toString(size)));
      }
      case 8 -> tar.add('0', entryName(random), new byte[2 * length(random)]);
      default -> addEntries(tar, random);
    }
  }

  private static void addEntries(RawTar tar, RandomGenerator random) {
    for (int i = random.nextInt(MOST_ENTRIES); i > 0; i--) {
      switch (random.nextInt(4)) {
        case 0 -> tar.header('1', STORE + i, "cvmfs/r.org/" + i, 0);
        case 1 -> tar.header('1', "cvmfs/r.org/" + i, STORE + i, 0);
        case 2 -> tar.header('5', entryName(random), "", 0);
        default -> tar.header('0', entryName(random), "", 0);
      }
    }
  }

  private static String entryName(RandomGenerator random) {
    int number = random.nextInt(1000);
    return switch (random.nextInt(5)) {
      case 0 -> "cvmfs/.provenance/r" + number + ".org/src.spec";
      case 1 -> "cvmfs/.data/.garbage/r" + number + ".org";
      case 2 -> STORE + number;
      case 3 -> "cvmfs/../" + number;
      default -> "cvmfs/r.org/d/" + number;
    };
  }

  /** Mostly small, now and then as long as extended headers may be, or longer. */
  private static int length(RandomGenerator random) {
    return switch (random.nextInt(4)) {
      case 0 -> LONGEST + random.nextInt(3) - 1;
      case 1 -> random.nextInt(LONGEST / 4);
      default -> random.nextInt(4096);
    };
  }

  /** Many short ones, or one that is long; most of the keys are known. */
  private static byte[] records(RandomGenerator random, int length) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    if (random.nextBoolean()) {
      int most = Math.max(0, length - 40);
      records.writeBytes(RawTar.record(key(random), new byte[random.nextInt(most + 1)]));
    } else {
      while (records.size() < length - 40) {
        boolean number = random.nextBoolean();
        records.writeBytes(RawTar.record(key(random), number ? "" + random.nextInt(99) : "x"));
      }
    }
    return records.toByteArray();
  }

  private static String key(RandomGenerator random) {
    return random.nextInt(3) == 0
        ? KEYS[random.nextInt(KEYS.length)]
        : "SCHILY.xattr.user." + random.nextInt(100_000);
  }

  private static byte[] name(RandomGenerator random, int length) {
    byte[] name = new byte[length];
    Arrays.fill(name, (byte) 'n');
    byte[] start = entryName(random).getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(start, 0, name, 0, Math.min(start.length, length));
    return name;
  }
}
