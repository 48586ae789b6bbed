package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Proves the objects of a batch and has their members ready. For one thread; to be closed. */
final class ObjectPreparer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ObjectPreparer.class);

  /** Larger objects are not held in memory: the writer streams them. */
  static final int LARGE = ArrayPool.MOST - (1 << 16);

  private final WholeInflater inflater;
  private final MemoryCopier copier;
  private final LongConsumer fromPresent;

  /**
   * @param inflater is closed with this
   * @param arena takes the objects
   * @param fromPresent is told of bytes that the layer to be replaced gave
   */
  ObjectPreparer(WholeInflater inflater, Arena arena, LongConsumer fromPresent) {
    this.inflater = inflater;
    this.copier = new MemoryCopier(inflater, arena);
    this.fromPresent = fromPresent;
  }

  /**
   * Prepares the next object of the batch.
   *
   * @throws ObjectUnavailableException if it cannot be had
   */
  ProvenObject prepare(Acquired acquired) throws IOException {
    try {
      return prove(acquired);
    } catch (CvmfsFailure e) {
      throw new ObjectUnavailableException(acquired.part().file(), e);
    }
  }

  private ProvenObject prove(Acquired acquired) throws IOException {
    PlannedPart part = acquired.part();
    if (acquired instanceof Acquired.Present present) {
      Optional<ProvenObject> proven = provePresent(present);
      if (proven.isPresent()) {
        return proven.get();
      }
    }
    Optional<byte[]> fetched =
        acquired instanceof Acquired.Fetched coming
            ? Awaited.result(coming.stored())
            : Optional.empty();
    if (part.object().size() > LARGE) {
      return members -> stream(part, members);
    }
    Optional<ProvenObject> proven;
    try (InputStream stored = open(part, fetched)) {
      proven = copier.copy(stored, part.object());
    } catch (ObjectMismatchException e) {
      log.debug("it may be spoilt in the cache: {}", e.getMessage());
      proven = proveChecked(part);
    }
    return proven.orElse(members -> stream(part, members));
  }

  private static InputStream open(PlannedPart part, Optional<byte[]> fetched) throws IOException {
    return fetched.isPresent()
        ? new ByteArrayInputStream(fetched.get())
        : part.store().openUnchecked(part.object());
  }

  /** Nothing if the old layer holds something else than it says: its loss. */
  private Optional<ProvenObject> provePresent(Acquired.Present present) throws IOException {
    PlannedPart part = present.part();
    StoredMember known = present.place().member();
    try {
      Optional<ProvenObject> proven = copier.copyMember(present.member(), known, part.object());
      if (proven.isPresent()) {
        fromPresent.accept(known.length());
      }
      return proven;
    } catch (ObjectMismatchException e) {
      log.debug("the layer holds something else than it says: {}", e.getMessage());
      // As if it were not there.
      part.store().open(part.object()).close();
      return Optional.empty();
    }
  }

  private Optional<ProvenObject> proveChecked(PlannedPart part) throws IOException {
    try (InputStream stored = part.store().open(part.object())) {
      return copier.copy(stored, part.object());
    } catch (ObjectMismatchException e) {
      throw notAsCatalogued(e);
    }
  }

  private static StoredMember stream(PlannedPart part, MemberSink members) throws IOException {
    try (InputStream stored = part.store().open(part.object());
        ObjectCopier copier = new ObjectCopier()) {
      return copier.copy(stored, part.object(), members::blob, members::plain);
    } catch (ObjectMismatchException e) {
      throw new ObjectUnavailableException(part.file(), notAsCatalogued(e));
    } catch (CvmfsFailure e) {
      throw new ObjectUnavailableException(part.file(), e);
    }
  }

  /**
   * The store has checked the hash, so it is the catalog that says something else of the object
   * than what it is.
   */
  private static CvmfsFailure notAsCatalogued(ObjectMismatchException e) {
    return new CvmfsFailure.Data(
        "A catalog does not describe one of its objects rightly: %s. Tell the repository's publishers."
            .formatted(e.getMessage()),
        e);
  }

  @Override
  public void close() {
    inflater.close();
  }
}
