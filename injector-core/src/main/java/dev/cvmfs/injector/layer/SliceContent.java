package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.PlannedObject;
import dev.cvmfs.injector.slice.PlannedObjects;
import dev.cvmfs.injector.slice.Slice;
import java.io.IOException;
import java.util.function.LongConsumer;

/**
 * The content of a slice's files for archives that are no layers: proven, in any order that is
 * known beforehand, with many objects on their way at a time.
 */
public final class SliceContent implements AutoCloseable {
  private final Slice slice;
  private final ContentPipeline pipeline;
  private final LongConsumer progress;

  /**
   * Starts to bring the content.
   *
   * @param order of the files
   * @param sources where it comes from
   * @param progress is told how many bytes of content have been written since it was told last
   */
  public SliceContent(
      Slice slice, PlannedObjects order, ObjectSources sources, LongConsumer progress) {
    this.slice = slice;
    this.pipeline = new ContentPipeline(order, sources);
    this.progress = progress;
  }

  /**
   * Writes the content of the next file.
   *
   * @param file the next in the order
   * @throws dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure if it cannot be had
   */
  public void write(PlannedObject file, MemberSink out) throws IOException {
    try {
      for (int part = 0; part < file.objects().size(); part++) {
        progress.accept(pipeline.next(file, part).writeTo(out).plainSize());
      }
    } catch (ObjectUnavailableException e) {
      throw LayerWriter.told(slice, e);
    }
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
