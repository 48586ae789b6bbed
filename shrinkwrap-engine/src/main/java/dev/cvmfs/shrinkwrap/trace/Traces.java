package dev.cvmfs.shrinkwrap.trace;

import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import dev.cvmfs.shrinkwrap.tree.Mountpoint;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one or several runs of programs used of a repository, out of files that are told apart by
 * their content. Each file is a run. Memory grows with the number of different paths, not with the
 * length of the files.
 */
public final class Traces {
  private static final int BEGINNING = 1 << 16;
  private static final byte[] MOUNTED = "/cvmfs/".getBytes(StandardCharsets.US_ASCII);

  private final Set<String> filtered;
  private final Optional<String> wanted;
  private final PathTable paths = new PathTable();
  private final Map<Skipped, Long> skipped = new EnumMap<>(Skipped.class);
  private final SortedMap<String, Long> repositories = new TreeMap<>();
  private int runs;
  private long uses;
  private long distinct;

  /**
   * @param fqrn the repository; empty for the only one that the files are about
   * @param filtered names of calls to leave out, such as {@code lookup}
   */
  public Traces(Optional<String> fqrn, Set<String> filtered) {
    this.wanted = fqrn;
    this.filtered = Set.copyOf(filtered);
  }

  /**
   * Reads a file as a run of its own.
   *
   * @throws SpecFailure if there is no such file
   * @throws IOException if it cannot be read
   */
  public void read(Path file) throws IOException {
    if (!Files.exists(file)) {
      throw new SpecFailure("there is no trace " + file);
    }
    // Pipes are read too, such as /dev/stdin; a channel would look for its position in them.
    try (InputStream in = new BufferedInputStream(new FileInputStream(file.toFile()), BEGINNING)) {
      read(in);
    }
  }

  /** Reads a stream, which can be set back by 64 KiB, as a run of its own. */
  void read(InputStream in) throws IOException {
    runs++;
    in.mark(BEGINNING);
    byte[] beginning = new byte[BEGINNING];
    int length = in.readNBytes(beginning, 0, BEGINNING);
    in.reset();
    TraceFormat format = TraceFormat.of(beginning, length);
    TraceSink sink = new Sink();
    switch (format) {
      case CVMFS -> new CvmfsTrace(filtered, sink).read(new Records(in, '\n'));
      case STRACE -> new StraceLog(filtered, sink).read(new Records(in, '\n'));
      case AUDIT -> new AuditLog(sink).read(new Records(in, '\n'));
      case LIST -> new PathList(true, sink).read(new Records(in, '\n'));
      case NUL_LIST -> new PathList(false, sink).read(new Records(in, '\0'));
    }
  }

  PathTable paths() {
    requireOneRepository();
    return paths;
  }

  private void requireOneRepository() {
    if (wanted.isEmpty() && repositories.size() > 1) {
      StringBuilder names = new StringBuilder();
      repositories.forEach((name, count) -> names.append("\n%s: %,d uses".formatted(name, count)));
      throw new SpecFailure(
          "the traces are about several repositories; say which with -r FQRN%s".formatted(names));
    }
  }

  /** How many files were read. */
  public int runs() {
    return runs;
  }

  /** How many uses of paths there were, the same path counted each time. */
  public long uses() {
    return uses;
  }

  /** How many different paths were used. */
  public long distinct() {
    return distinct;
  }

  /** What was left out, and how often. */
  public Map<Skipped, Long> skipped() {
    return Map.copyOf(skipped);
  }

  /** How many uses of each repository there were, for records that tell. */
  public SortedMap<String, Long> repositories() {
    return Collections.unmodifiableSortedMap(repositories);
  }

  /** The repository that the paths are of; empty if the files do not say. */
  public Optional<String> fqrn() {
    return wanted.or(
        () -> repositories.size() == 1 ? Optional.of(repositories.firstKey()) : Optional.empty());
  }

  private final class Sink implements TraceSink {
    @Override
    public void used(byte[] path, boolean inRepository, Use use) {
      byte[] bare = Mountpoint.withoutDots(path);
      if (inRepository) {
        add(bare, use);
        return;
      }
      boolean mounted =
          bare.length > MOUNTED.length
              && Arrays.equals(bare, 0, MOUNTED.length, MOUNTED, 0, MOUNTED.length);
      if (!mounted) {
        skipped(Skipped.OUTSIDE);
        return;
      }
      int slash = MOUNTED.length;
      while (slash < bare.length && bare[slash] != '/') {
        slash++;
      }
      String fqrn =
          new String(bare, MOUNTED.length, slash - MOUNTED.length, StandardCharsets.UTF_8);
      repositories.merge(fqrn, 1L, Long::sum);
      if (wanted.isPresent() && !wanted.get().equals(fqrn)) {
        skipped(Skipped.OUTSIDE);
      } else if (wanted.isPresent() || repositories.size() == 1) {
        add(Arrays.copyOfRange(bare, slash, bare.length), use);
      }
    }

    private void add(byte[] path, Use use) {
      try {
        int node = paths.add(TreePath.of(path));
        distinct += paths.isUsed(node) ? 0 : 1;
        paths.use(node, use, runs);
        uses++;
      } catch (IllegalArgumentException e) {
        skipped(Skipped.IMPOSSIBLE);
      }
    }

    @Override
    public void skipped(Skipped why) {
      skipped.merge(why, 1L, Long::sum);
    }
  }
}
