package dev.cvmfs.injector.slice;

import dev.cvmfs.injector.spool.RecordFile;
import dev.cvmfs.injector.spool.RecordSorter;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.shrinkwrap.data.DataName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The links to the same content with the same metadata hash, as they come in sorted. Their files
 * are named in another order; most often there is one file, but there may be a million.
 */
final class LinkGroup {
  private static final long SORT_MEMORY = 24L << 20;

  private final WorkDirectory work;
  private final int linkLimit;
  private final int variantsInMemory;
  private final List<PlannedObject> objects = new ArrayList<>();
  private Optional<RecordSorter> overflow = Optional.empty();
  private Optional<LinkRecord> last = Optional.empty();
  private String variantSuffix = "";
  private long variantLinks;

  /**
   * @param work for what does not fit into memory
   * @param linkLimit after this many links to a file a further copy of it starts
   * @param variantsInMemory a content with more variants than this is sorted on disk
   */
  LinkGroup(WorkDirectory work, int linkLimit, int variantsInMemory) {
    this.work = work;
    this.linkLimit = linkLimit;
    this.variantsInMemory = variantsInMemory;
  }

  /** Whether the link belongs to it; the first always does. */
  boolean accepts(LinkRecord link) {
    return last.isEmpty() || last.get().sameIdentity(link);
  }

  /** Adds the next link, and names the file it leads to. */
  DataName add(LinkRecord link) throws IOException {
    boolean newVariant =
        last.isEmpty()
            || !last.get().cut().equals(link.cut())
            || !last.get().variant().equals(link.variant());
    if (newVariant) {
      variantSuffix = last.isEmpty() ? "" : link.variant().suffix() + link.cutSuffix();
      variantLinks = 0;
    }
    long copy = variantLinks / linkLimit;
    String suffix = copy == 0 ? variantSuffix : variantSuffix + "+" + copy;
    DataName name = new DataName(link.content(), link.meta(), suffix);
    if (variantLinks % linkLimit == 0) {
      objects.add(
          new PlannedObject(
              name, link.attributes(), link.size(), link.repository(), link.objects()));
      if (objects.size() > variantsInMemory) {
        spill();
      }
    }
    variantLinks++;
    last = Optional.of(link);
    return name;
  }

  private void spill() throws IOException {
    if (overflow.isEmpty()) {
      overflow = Optional.of(new RecordSorter(work, SORT_MEMORY));
    }
    for (PlannedObject object : objects) {
      overflow.get().add(bySuffix(object));
    }
    objects.clear();
  }

  /**
   * Writes the files, in the order of their names.
   *
   * @return how many bytes of content they have
   */
  long flush(RecordFile.Writer writer) throws IOException {
    if (overflow.isPresent()) {
      spill();
      return flushSorted(writer);
    }
    objects.sort(Comparator.comparing(PlannedObject::name));
    long bytes = 0;
    for (PlannedObject object : objects) {
      writer.add(SliceCodec.record(out -> SliceCodec.writeObject(out, object)));
      bytes += object.size();
    }
    return bytes;
  }

  private long flushSorted(RecordFile.Writer writer) throws IOException {
    long bytes = 0;
    try (RecordSorter.Sorted sorted = overflow.orElseThrow().sorted()) {
      while (sorted.hasNext()) {
        byte[] object = KeyedRecord.body(sorted.next());
        writer.add(object);
        bytes += SliceCodec.parse(object, 0, SliceCodec::readObject).size();
      }
    }
    return bytes;
  }

  /** Within a group names differ in their suffix alone, which is ASCII. */
  private static byte[] bySuffix(PlannedObject object) {
    return KeyedRecord.of(
        object.name().suffix().getBytes(StandardCharsets.US_ASCII),
        0,
        out -> SliceCodec.writeObject(out, object));
  }
}
