package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.TreeItem;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a layer says in {@code .data/.garbage/} of its objects that nothing links to. */
final class GarbageLists {
  private final Map<String, Note> notes;

  private GarbageLists(Map<String, Note> notes) {
    this.notes = notes;
  }

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
    Map<String, Note> notes = new HashMap<>();
    try (Cursor<TreeItem> tree = layer.tree()) {
      while (tree.hasNext()) {
        TreeItem item = tree.next();
        String name = item.entry().name().toString();
        int folder = name.indexOf(Garbage.FOLDER);
        if (folder < 0) {
          // They come first, so there are no more.
          break;
        }
        String below = name.substring(folder + Garbage.FOLDER.length());
        if (!below.isEmpty()) {
          String text = new String(item.content().bytes(), StandardCharsets.ISO_8859_1);
          text.lines().forEach(line -> note(below.substring(1), line, notes));
        }
      }
    }
    return new GarbageLists(notes);
  }

  private static void note(String fqrn, String line, Map<String, Note> notes) {
    if (notes.size() == Garbage.MOST) {
      throw new LayerFormatException("the layer lists more garbage than a layer may have");
    }
    String[] words = line.split(" ", -1);
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
