package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.LayerLimits;
import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a layer says in {@code .data/.garbage/} of its objects that nothing links to. */
final class GarbageLists {
  /** No list is long enough for more hashes in a line. */
  private static final int MOST_WORDS = (int) (LayerLimits.LARGEST_LISTS / ContentHash.BYTES);

  private final Map<String, Note> notes = new HashMap<>();
  private final LayerLimits.Budget budget = LayerLimits.lists();

  private GarbageLists() {}

  /**
   * What is said of one object.
   *
   * @param revision of the repository at which it lost its last link
   * @param objects that make up the content; none if it is the one that the name tells
   */
  record Note(String fqrn, long revision, List<ContentHash> objects) {}

  /**
   * Reads the lists.
   *
   * @throws LayerFormatException if they are none that we could have written
   */
  static GarbageLists of(PresentLayer layer) throws IOException {
    GarbageLists lists = new GarbageLists();
    try (Cursor<TreeItem> tree = layer.tree()) {
      while (tree.hasNext()) {
        TreeItem item = tree.next();
        String name = item.entry().name().toString();
        int folder = name.indexOf(LayerNames.GARBAGE);
        if (folder < 0) {
          // They come first, so there are no more.
          break;
        }
        String below = name.substring(folder + LayerNames.GARBAGE.length());
        if (!below.isEmpty()) {
          lists.add(below.substring(1), item.content());
        }
      }
    }
    return lists;
  }

  private void add(String fqrn, ByteString list) {
    if (!budget.take(fqrn.length(), list.length())) {
      throw new LayerFormatException("the layer's lists of garbage are longer than any may be");
    }
    String text = new String(list.bytes(), StandardCharsets.ISO_8859_1);
    text.lines().forEach(line -> note(fqrn, line));
  }

  private void note(String fqrn, String line) {
    if (notes.size() == Garbage.MOST) {
      throw new LayerFormatException("the layer lists more garbage than a layer may have");
    }
    String[] words = line.split(" ", MOST_WORDS);
    try {
      long revision = Long.parseLong(words[0]);
      List<ContentHash> objects = new ArrayList<>();
      for (int i = 2; i < words.length; i++) {
        objects.add(ContentHash.parse(words[i]));
      }
      if (revision < 0 || words.length < 2) {
        throw new IllegalArgumentException("neither revision nor name");
      }
      notes.put(words[1], new Note(fqrn, revision, List.copyOf(objects)));
    } catch (IllegalArgumentException e) {
      throw new LayerFormatException("the layer's list of garbage has an unknown line", e);
    }
  }

  boolean isEmpty() {
    return notes.isEmpty();
  }

  /** What is said of a file of the store. */
  Optional<Note> of(String name) {
    return Optional.ofNullable(notes.get(name));
  }
}
