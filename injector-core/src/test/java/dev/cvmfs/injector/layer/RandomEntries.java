package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.HashAlgorithm;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** Trees of files made from a seed, and what may become of them. */
final class RandomEntries {
  static final Timestamp NOON = new Timestamp(1_709_294_400, 123_456_789);
  static final Timestamp NEW_YEAR = new Timestamp(1_704_067_200, 0);
  static final List<HashAlgorithm> ALGORITHMS = List.of(HashAlgorithm.values());

  private RandomEntries() {}

  static Entry directory(String path, Timestamp mtime) {
    return new Entry.Directory(
        path.equals("/") ? TreePath.ROOT : TreePath.of(path),
        new Attributes(0755, 0, 0, mtime, Xattrs.NONE));
  }

  static Entry.RegularFile file(String path, MemoryStore store, String content, Timestamp mtime)
      throws IOException {
    ObjectRef object =
        store.add(
            content.getBytes(StandardCharsets.UTF_8), HashAlgorithm.SHA1, Compression.ZLIB, 6);
    return new Entry.RegularFile(
        TreePath.of(path),
        new Attributes(0644, 0, 0, mtime, Xattrs.NONE),
        object.size(),
        object.hash(),
        List.of(object),
        0);
  }

  static Entry.RegularFile with(Entry.RegularFile file, String path, Attributes attributes) {
    return new Entry.RegularFile(
        TreePath.of(path), attributes, file.size(), file.identity(), file.objects(), 0);
  }

  static List<Entry> randomTree(Random random, MemoryStore store, Map<String, byte[]> contents)
      throws IOException {
    TreeMap<TreePath, Entry> tree = new TreeMap<>();
    tree.put(TreePath.ROOT, directory("/", NOON));
    List<TreePath> directories = new ArrayList<>(List.of(TreePath.ROOT));
    List<byte[]> pool = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      TreePath parent = directories.get(random.nextInt(directories.size()));
      TreePath path =
          parent.child(("n" + random.nextInt(1000) + "-" + i).getBytes(StandardCharsets.UTF_8));
      Attributes attributes = randomAttributes(random);
      switch (random.nextInt(6)) {
        case 0 -> {
          tree.put(path, new Entry.Directory(path, attributes));
          directories.add(path);
        }
        case 1 -> tree.put(path, new Entry.Symlink(path, attributes, ByteString.of("../x" + i)));
        default -> {
          byte[] content =
              pool.isEmpty() || random.nextInt(3) > 0
                  ? randomContent(random)
                  : pool.get(random.nextInt(pool.size()));
          pool.add(content);
          contents.put(path.toString(), content);
          tree.put(path, randomFile(store, path, attributes, content));
        }
      }
    }
    return new ArrayList<>(tree.values());
  }

  /** Some files gone, some with other content, some new, some with another time. */
  static List<Entry> mutate(List<Entry> before, Random random, MemoryStore store)
      throws IOException {
    List<Entry> after = new ArrayList<>();
    for (Entry entry : before) {
      if (!(entry instanceof Entry.RegularFile file)) {
        after.add(entry);
        continue;
      }
      switch (random.nextInt(8)) {
        case 0 -> {
          // Removed.
        }
        case 1 ->
            after.add(randomFile(store, file.path(), file.attributes(), randomContent(random)));
        case 2 -> after.add(with(file, file.path().toString(), randomAttributes(random)));
        default -> after.add(file);
      }
    }
    TreePath added = TreePath.of("/zz-new");
    after.add(randomFile(store, added, randomAttributes(random), randomContent(random)));
    after.sort(Comparator.comparing(Entry::path));
    return after;
  }

  static Attributes randomAttributes(Random random) {
    int[] modes = {0644, 0755, 04755};
    Timestamp[] times = {NOON, NEW_YEAR, new Timestamp(-7, 5)};
    return new Attributes(
        modes[random.nextInt(3)],
        random.nextInt(2) * 1000L,
        0,
        times[random.nextInt(3)],
        Xattrs.NONE);
  }

  static byte[] randomContent(Random random) {
    byte[] content = new byte[random.nextInt(5) == 0 ? 0 : random.nextInt(30_000)];
    int alphabet = 1 + random.nextInt(255);
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) random.nextInt(alphabet);
    }
    return content;
  }

  /** The way of storing is a function of the content, as it is in a repository. */
  static Entry.RegularFile randomFile(
      MemoryStore store, TreePath path, Attributes attributes, byte[] content) throws IOException {
    Random byContent = new Random(Arrays.hashCode(content));
    HashAlgorithm algorithm = ALGORITHMS.get(byContent.nextInt(3));
    Compression compression = byContent.nextInt(4) == 0 ? Compression.NONE : Compression.ZLIB;
    int level = byContent.nextInt(10);
    ObjectRef bulk = store.add(content, algorithm, compression, level);
    List<ObjectRef> objects = new ArrayList<>();
    int chunk = byContent.nextInt(3) == 0 ? 7_000 : Integer.MAX_VALUE;
    for (int from = 0; from < content.length; from += Math.min(chunk, content.length)) {
      int to = (int) Math.min(content.length, (long) from + chunk);
      objects.add(store.add(Arrays.copyOfRange(content, from, to), algorithm, compression, level));
    }
    return new Entry.RegularFile(path, attributes, content.length, bulk.hash(), objects, 0);
  }
}
