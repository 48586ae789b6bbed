package dev.cvmfs.it.benchmark;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * What no layer can be written without, on this machine and one core: to inflate every object, and
 * to hash what comes out for the diff_id and what went in for the blob's digest.
 */
final class Floor {
  private static final int BUFFER = 1 << 17;

  private Floor() {}

  /** Seconds for each of the two, with the objects in memory's page cache. */
  record Seconds(double inflating, double hashing) {}

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
    long inflating = 0;
    long hashing = 0;
    MessageDigest plainHash = sha256();
    MessageDigest storedHash = sha256();
    Inflater inflater = new Inflater();
    byte[] plain = new byte[BUFFER];
    try {
      for (Path object : objects) {
        byte[] stored = Files.readAllBytes(object);
        long start = System.nanoTime();
        storedHash.update(stored);
        hashing += System.nanoTime() - start;
        inflater.reset();
        inflater.setInput(stored);
        while (!inflater.finished()) {
          start = System.nanoTime();
          int count = inflater.inflate(plain);
          long middle = System.nanoTime();
          plainHash.update(plain, 0, count);
          hashing += System.nanoTime() - middle;
          inflating += middle - start;
        }
      }
    } catch (DataFormatException e) {
      throw new IOException("an object of our own making cannot be inflated", e);
    } finally {
      inflater.end();
    }
    return new Seconds(inflating / 1e9, hashing / 1e9);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
