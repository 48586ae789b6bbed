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

/**
 * Settles where objects come from, a window of them at a time, so that what is read from the old
 * layer can be read in long ranges.
 */
final class WindowPlanner implements AutoCloseable {
  private final Cursor<PlannedObject> objects;
  private final ObjectSources sources;
  private final Optional<PresentContent> present;

  WindowPlanner(Cursor<PlannedObject> objects, ObjectSources sources) throws IOException {
    this.objects = objects;
    this.sources = sources;
    this.present =
        sources.present().isPresent()
            ? Optional.of(new PresentContent(sources.present().get().index()))
            : Optional.empty();
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
    Optional<IndexRecord> record = present.flatMap(p -> p.find(object));
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
        if (!local && sameForm && part.size() <= ContentPipeline.LARGE) {
          member = Optional.of(new PresentMember(offset, stored));
        }
        offset += stored.length();
      }
      window.add(new PlannedPart(part, store, local, member));
    }
  }

  @Override
  public void close() {
    present.ifPresent(PresentContent::close);
  }
}
