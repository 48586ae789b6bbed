package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.NewLayer;
import java.io.IOException;

/** A layer for images of one repository. */
interface MadeLayer extends AutoCloseable {

  NewLayer layer();

  /** What it holds though no file links to it. */
  Report.Garbage garbage();

  /** Bytes of it that were taken from the layer that it replaces. */
  long bytesCopied();

  /**
   * Sees to it that the repository has it, if that is not so yet.
   *
   * @throws IOException if the local disk fails
   */
  void upload(ProgressListener progress) throws IOException;

  /** Gives up what was begun of an upload and is not finished. */
  @Override
  void close();

  /** One that the repository has already, and that is without garbage. */
  static MadeLayer present(NewLayer layer) {
    return new MadeLayer() {
      @Override
      public NewLayer layer() {
        return layer;
      }

      @Override
      public Report.Garbage garbage() {
        return Report.Garbage.NONE;
      }

      @Override
      public long bytesCopied() {
        return 0;
      }

      @Override
      public void upload(ProgressListener progress) {
        // There is nothing left to do.
      }

      @Override
      public void close() {
        // Nothing was begun.
      }
    };
  }
}
