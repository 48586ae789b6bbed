package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.tar.HostileArchives;
import dev.cvmfs.injector.tar.RawTar;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.zip.GZIPOutputStream;

/**
 * Layers with a footer as ours have, and a tree that is made to cost as much as it can: a blob of
 * some kilobytes whose small files have hundreds of megabytes, lists without an end, names as long
 * as headers allow. Each is a function of its number.
 */
public final class HostileLayers {
  private static final byte[] MEBIBYTE_OF_ZEROS = gzip(new byte[1 << 20]);
  private static final byte[] MEBIBYTE_OF_LINES = gzip(lines());
  private static final String[] FIRST = {
    "cvmfs/.provenance", "cvmfs/.provenance", "cvmfs/.data/.garbage", "a/.b/.provenance", "x"
  };
  private static final String[] FOLDERS = {
    "cvmfs/.provenance/r.org/", "cvmfs/.provenance/", "cvmfs/.data/.garbage/", "cvmfs/r.org/"
  };
  private static final int MOST_FILES = 20;
  private static final int MOST_ENTRIES = 5000;
  private static final int LARGEST_FILE = 70;
  private static final int LONG_NAME = 60_000;

  private HostileLayers() {}

  /** The layer of this number. */
  public static byte[] layer(long number) {
    RandomGenerator random = new SplittableRandom(number);
    ByteArrayOutputStream tree = new ByteArrayOutputStream();
    String first = FIRST[random.nextInt(FIRST.length)];
    tree.writeBytes(gzip(new RawTar().header('5', first, "", 0).toBytes()));
    for (int pieces = 1 + random.nextInt(4); pieces > 0; pieces--) {
      addPiece(tree, random);
    }
    tree.writeBytes(gzip(new RawTar().header('0', "cvmfs/.data/.index", "", 0).toBytes()));
    return layer(tree.toByteArray(), gzip(IndexEncoder.MAGIC));
  }

  /**
   * A layer.
   *
   * @param tree members with its tree
   * @param index members with its index
   */
  static byte[] layer(byte[] tree, byte[] index) {
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    layer.writeBytes(tree);
    layer.writeBytes(index);
    layer.writeBytes(new LayerFooter(0, tree.length, tree.length + index.length).encode());
    return layer.toByteArray();
  }

  /** A member with a file of zeros, of as many mebibytes. */
  static byte[] zeros(String name, int mebibytes) {
    return file(name, MEBIBYTE_OF_ZEROS, mebibytes);
  }

  private static byte[] file(String name, byte[] mebibyte, int mebibytes) {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(gzip(new RawTar().header('0', name, "", (long) mebibytes << 20).toBytes()));
    for (int i = 0; i < mebibytes; i++) {
      members.writeBytes(mebibyte);
    }
    return members.toByteArray();
  }

  private static void addPiece(ByteArrayOutputStream tree, RandomGenerator random) {
    switch (random.nextInt(6)) {
      case 0, 1 -> {
        byte[] mebibyte = random.nextBoolean() ? MEBIBYTE_OF_ZEROS : MEBIBYTE_OF_LINES;
        tree.writeBytes(file(name(random), mebibyte, 1 + random.nextInt(LARGEST_FILE)));
      }
      case 2 -> {
        for (int i = random.nextInt(MOST_FILES); i > 0; i--) {
          tree.writeBytes(file(name(random), MEBIBYTE_OF_ZEROS, 1 + random.nextInt(2)));
        }
      }
      case 3 -> {
        RawTar entries = new RawTar();
        for (int i = random.nextInt(MOST_ENTRIES); i > 0; i--) {
          entries.header(random.nextBoolean() ? '0' : '5', name(random), "", 0);
        }
        tree.writeBytes(gzip(entries.toBytes()));
      }
      case 4 -> {
        RawTar entries = new RawTar();
        for (int i = random.nextInt(MOST_FILES * MOST_FILES); i > 0; i--) {
          String name = name(random) + "n".repeat(LONG_NAME);
          entries.add('L', "long", name.getBytes(StandardCharsets.US_ASCII));
          entries.header('0', "", "", 0);
        }
        tree.writeBytes(gzip(entries.toBytes()));
      }
      default -> tree.writeBytes(gzip(HostileArchives.archive(random.nextLong())));
    }
  }

  private static String name(RandomGenerator random) {
    return FOLDERS[random.nextInt(FOLDERS.length)] + random.nextInt(1_000_000);
  }

  /** Lines of a list of garbage, each with many hashes, over exactly a mebibyte. */
  private static byte[] lines() {
    String hash = " " + "0123456789".repeat(4);
    StringBuilder lines = new StringBuilder();
    for (int number = 0; lines.length() < 1 << 20; number++) {
      lines.append("7 aa/bb/" + number).append(hash.repeat(1 + number % 50)).append('\n');
    }
    lines.setLength((1 << 20) - 1);
    return lines.append('\n').toString().getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] gzip(byte[] plain) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
