package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.Cursor;
import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The objects of a slice out of the layer that should hold them, each proven by its hash. Where the
 * members lie is taken from the layer's index, which may lie; what is read there is then not the
 * object.
 */
final class LayerContent implements ContentSource, AutoCloseable {
  private final PresentLayer layer;
  private final Cursor<IndexRecord> index;
  private final ObjectCopier copier = new ObjectCopier();
  private Optional<IndexRecord> record = Optional.empty();
  private long offset;

  LayerContent(PresentLayer layer) throws IOException {
    this.layer = layer;
    this.index = layer.index();
  }

  /**
   * @throws UnprovenLayerException if the layer does not have the object, here or when it is
   *     written
   */
  @Override
  public ProvenObject next(PlannedObject object, int part) {
    if (part == 0) {
      // Without hard links a content may be wanted several times; the index knows the first.
      if (record.isEmpty() || !record.get().name().equals(object.name())) {
        record = index.hasNext() ? Optional.of(index.next()) : Optional.empty();
      }
      offset = record.map(IndexRecord::start).orElse(0L);
    }
    if (record.isEmpty()
        || !record.get().name().equals(object.name())
        || record.get().members().size() != object.objects().size()) {
      throw new UnprovenLayerException("the index has something else than " + object.name());
    }
    StoredMember member = record.get().members().get(part);
    PresentMember present = new PresentMember(offset, member);
    offset += member.length();
    return members -> prove(object.objects().get(part), present, members);
  }

  private StoredMember prove(ObjectRef object, PresentMember present, MemberSink members)
      throws IOException {
    try (InputStream bytes = layer.openMember(present.offset(), present.member())) {
      return copier.copyMember(bytes, present.member(), object, members::blob, members::plain);
    } catch (ObjectMismatchException e) {
      throw new UnprovenLayerException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    index.close();
    copier.close();
  }
}
