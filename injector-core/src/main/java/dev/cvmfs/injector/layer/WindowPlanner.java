package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.shrinkwrap.object.Compression;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settles where objects come from, a window of them at a time, so that what is read from the old
 * layer can be read in long ranges.
 */
final class WindowPlanner implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(WindowPlanner.class);

  private final Cursor<PlannedObject> objects;
  private final ObjectSources sources;
  private Optional<PresentContent> present;

  WindowPlanner(Cursor<PlannedObject> objects, ObjectSources sources) throws IOException {
    this.objects = objects;
    this.sources = sources;
    this.present = open(sources.present());
  }

  boolean hasNext() {
    return objects.hasNext();
  }

  /**
   * The parts of the next objects: at least one object, and no more once either limit is reached.
   */
  List<PlannedPart> next(int mostParts, long mostBytes) {
    List<PlannedPart> window = new ArrayList<>();
    long bytes = 0;
    while (objects.hasNext() && window.size() < mostParts && bytes < mostBytes) {
      PlannedObject object = objects.next();
      addParts(object, window);
      bytes += object.size();
    }
    return window;
  }

  private void addParts(PlannedObject object, List<PlannedPart> window) {
    ObjectStore store = sources.stores().get(object.repository());
    Optional<IndexRecord> record = find(object);
    long offset = record.map(IndexRecord::start).orElse(0L);
    for (int i = 0; i < object.objects().size(); i++) {
      ObjectRef part = object.objects().get(i);
      boolean local = store.isLocal(part);
      Optional<PresentMember> member = Optional.empty();
      if (record.isPresent()) {
        StoredMember stored = record.get().members().get(i);
        boolean sameForm =
            (stored.zlibHeader() == StoredMember.UNCOMPRESSED)
                == (part.compression() == Compression.NONE);
        if (!local && sameForm && canBe(part.size(), stored)) {
          member = Optional.of(new PresentMember(offset, stored));
        }
        offset += stored.length();
      }
      window.add(new PlannedPart(object.name(), part, store, local, member));
    }
  }

  /**
   * The writer streams what is larger, from the cache; and no object is longer than its content by
   * more than zlib's frame.
   */
  static boolean canBe(long plainSize, StoredMember stored) {
    return plainSize <= ObjectPreparer.LARGE
        && stored.length() <= plainSize + plainSize / 64 + 4096;
  }

  /** What is found in the old layer is proven anyway, so a damaged index only ends its use. */
  private Optional<IndexRecord> find(PlannedObject object) {
    try {
      return present.flatMap(content -> content.find(object));
    } catch (LayerFormatException e) {
      log.warn("the old layer's objects are not used any further: {}", e.getMessage());
      present.ifPresent(PresentContent::close);
      present = Optional.empty();
      return Optional.empty();
    }
  }

  private static Optional<PresentContent> open(Optional<PresentLayer> layer) throws IOException {
    try {
      return layer.isPresent()
          ? Optional.of(new PresentContent(layer.get().index()))
          : Optional.empty();
    } catch (LayerFormatException e) {
      log.warn("the old layer's objects are not used: {}", e.getMessage());
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    present.ifPresent(PresentContent::close);
  }
}
