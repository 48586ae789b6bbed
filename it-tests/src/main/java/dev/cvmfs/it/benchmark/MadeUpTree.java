package dev.cvmfs.it.benchmark;

import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A software installation as it is found in CVMFS: of a hundred files, 50 are tiny, 30 are Python,
 * 15 are text, and 5 are libraries, which make up most of the bytes. Twenty directories, each with
 * a catalog of its own.
 *
 * @param files how many
 * @param bytes of all of them, about
 */
record MadeUpTree(int files, long bytes) {
  private static final int DIRECTORIES = 20;
  private static final int FILES_IN_A_FOLDER = 50;
  private static final int LARGEST = 64 << 20;

  private interface Consumer {
    void accept(String path, Content content) throws IOException;
  }

  /** The tree in which so many of a thousand files are others than in the first one. */
  Tree tree(int changedIn1000) throws IOException {
    Tree tree = new Tree();
    for (int i = 0; i < DIRECTORIES; i++) {
      tree.directory("/sw%02d".formatted(i)).nestedCatalog();
    }
    each(changedIn1000, (path, content) -> tree.file(TreePath.of(path), content));
    return tree;
  }

  /** The same on disk. */
  void write(Path folder) throws IOException {
    each(
        0,
        (path, content) -> {
          Path file = folder.resolve(path.substring(1));
          Files.createDirectories(file.resolveSibling("."));
          try (InputStream in = content.open()) {
            Files.copy(in, file);
          }
        });
  }

  private void each(int changedIn1000, Consumer consumer) throws IOException {
    long libraryBytes = Math.max(bytes - files * 9_000L, files * 1_000L);
    long meanLibrary = Math.min(libraryBytes / Math.max(files / 20, 1), LARGEST / 2);
    for (int i = 0; i < files; i++) {
      Random random = new Random(i);
      boolean changed = random.nextInt(1000) < changedIn1000;
      long seed = i + (changed ? 1_000_000_007L : 0);
      String folder =
          "/sw%02d/d%03d".formatted(i % DIRECTORIES, i / DIRECTORIES / FILES_IN_A_FOLDER);
      int kind = random.nextInt(100);
      if (kind < 50) {
        consumer.accept(
            folder + "/tiny%06d".formatted(i), MadeUpContent.text(seed, 1 + random.nextInt(400)));
      } else if (kind < 80) {
        consumer.accept(
            folder + "/module%06d.py".formatted(i),
            MadeUpContent.python(seed, 500 + random.nextInt(20_000)));
      } else if (kind < 95) {
        consumer.accept(
            folder + "/text%06d.txt".formatted(i),
            MadeUpContent.text(seed, 2_000 + random.nextInt(70_000)));
      } else {
        long size = meanLibrary / 4 + (long) (random.nextDouble() * meanLibrary * 1.5);
        consumer.accept(folder + "/lib%06d.so".formatted(i), MadeUpContent.library(seed, size));
      }
    }
  }
}
