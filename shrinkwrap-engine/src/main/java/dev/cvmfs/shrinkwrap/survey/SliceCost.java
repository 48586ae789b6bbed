package dev.cvmfs.shrinkwrap.survey;

import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How large the part of a repository is that a specification wants, from catalogs alone.
 *
 * @param directories the root directory among them
 * @param specials FIFOs, sockets and devices
 * @param bytes content of all files, the same content counted each time
 * @param objects of all files, the same object counted each time
 * @param distinctObjects what would be fetched
 * @param distinctBytes content of those, after decompression
 * @param catalogs that had to be opened
 * @param lines by the line that asks for it, those without a share left out
 */
public record SliceCost(
    long directories,
    long files,
    long symlinks,
    long specials,
    long bytes,
    long objects,
    long distinctObjects,
    long distinctBytes,
    long catalogs,
    List<Line> lines) {
  public SliceCost {
    lines = List.copyOf(lines);
  }

  /**
   * The share of one line.
   *
   * @param number counted from 1; 0 for the directories on the way, which no line asks for
   */
  public record Line(int number, long entries, long bytes) {}

  /** Everything that is in the slice. */
  public long entries() {
    return directories + files + symlinks + specials;
  }

  /** Walks the catalogs; no content is fetched. */
  public static SliceCost of(Snapshot snapshot, SpecificationFile specification) {
    long before = snapshot.counters().catalogs();
    Sum sum = new Sum();
    try (EntryCursor entries = snapshot.walk(specification)) {
      while (entries.hasNext()) {
        Entry entry = entries.next();
        sum.add(entry, specification.deciding(entry.path()));
      }
    }
    return sum.cost(snapshot.counters().catalogs() - before);
  }

  private static final class Sum {
    private final Fingerprints seen = new Fingerprints();
    private final Map<Integer, long[]> lines = new TreeMap<>();
    private long directories;
    private long files;
    private long symlinks;
    private long specials;
    private long bytes;
    private long objects;
    private long distinctBytes;

    void add(Entry entry, int line) {
      long[] share = lines.computeIfAbsent(line, number -> new long[2]);
      share[0]++;
      if (entry instanceof Entry.RegularFile file) {
        files++;
        bytes += file.size();
        share[1] += file.size();
        file.objects().forEach(this::add);
      } else if (entry instanceof Entry.Directory) {
        directories++;
      } else if (entry instanceof Entry.Symlink) {
        symlinks++;
      } else {
        specials++;
      }
    }

    private void add(ObjectRef object) {
      objects++;
      if (seen.add(object.hash().digest())) {
        distinctBytes += object.size();
      }
    }

    SliceCost cost(long catalogs) {
      List<Line> shares = new ArrayList<>();
      lines.forEach((number, share) -> shares.add(new Line(number, share[0], share[1])));
      return new SliceCost(
          directories,
          files,
          symlinks,
          specials,
          bytes,
          objects,
          seen.size(),
          distinctBytes,
          catalogs,
          shares);
    }
  }
}
