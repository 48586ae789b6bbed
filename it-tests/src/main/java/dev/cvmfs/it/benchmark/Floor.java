package dev.cvmfs.it.benchmark;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What no layer can be written without, on this machine and one core, with the objects in memory's
 * page cache: to prove every object by its SHA-1, to inflate it, to hash what comes out for the
 * diff_id and for the CRC-32 of its gzip member, and what went in for the blob's digest. Reading
 * and writing are not counted.
 */
final class Floor {
  private static final int BUFFER = 1 << 17;

  private final MessageDigest proof = hash("SHA-1");
  private final MessageDigest blob = hash("SHA-256");
  private final MessageDigest tar = hash("SHA-256");
  private final CRC32 crc = new CRC32();
  private final byte[] plain = new byte[BUFFER];
  private long proving;
  private long inflating;
  private long hashing;
  private long hashingTar;

  private Floor() {}

  /**
   * Seconds for each part.
   *
   * @param proving SHA-1 of what is stored and CRC-32 of what comes out
   * @param inflating all objects
   * @param hashing SHA-256 of what is stored and of what comes out
   * @param hashingTar the second part of that, which cannot be shared among cores
   */
  record Seconds(double proving, double inflating, double hashing, double hashingTar) {

    double total() {
      return proving + inflating + hashing;
    }

    /** What a machine with so many cores needs at least. */
    double on(int cores) {
      return Math.max(total() / cores, hashingTar);
    }
  }

  static Seconds of(Path data) throws IOException {
    List<Path> objects;
    try (Stream<Path> files = Files.walk(data)) {
      // Names of catalogs and the like end in a capital letter; P is for chunks.
      objects =
          files
              .filter(Files::isRegularFile)
              .filter(file -> file.getFileName().toString().matches("[0-9a-f]+P?"))
              .toList();
    }
    for (Path object : objects) {
      Files.copy(object, OutputStream.nullOutputStream());
    }
    Floor floor = new Floor();
    Inflater inflater = new Inflater();
    try {
      for (Path object : objects) {
        inflater.reset();
        floor.add(Files.readAllBytes(object), inflater);
      }
    } catch (DataFormatException e) {
      throw new IOException("an object of our own making cannot be inflated", e);
    } finally {
      inflater.end();
    }
    return floor.seconds();
  }

  private void add(byte[] stored, Inflater inflater) throws DataFormatException {
    long start = System.nanoTime();
    proof.update(stored);
    proof.digest();
    long proven = System.nanoTime();
    proving += proven - start;
    blob.update(stored);
    hashing += System.nanoTime() - proven;
    inflater.setInput(stored);
    while (!inflater.finished()) {
      long before = System.nanoTime();
      int count = inflater.inflate(plain);
      long inflated = System.nanoTime();
      inflating += inflated - before;
      tar.update(plain, 0, count);
      long hashed = System.nanoTime();
      hashing += hashed - inflated;
      hashingTar += hashed - inflated;
      crc.update(plain, 0, count);
      proving += System.nanoTime() - hashed;
    }
  }

  private Seconds seconds() {
    return new Seconds(proving / 1e9, inflating / 1e9, hashing / 1e9, hashingTar / 1e9);
  }

  private static MessageDigest hash(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }
}
