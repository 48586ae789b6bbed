package dev.cvmfs.injector.inject;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Downloads a layer that may not be what its digest says, to see what else it is. */
final class LayerDownload {
  private static final int BUFFER = 1 << 17;

  private LayerDownload() {}

  /**
   * What came.
   *
   * @param size bytes in the file
   * @param problem why it is not what was asked for
   */
  record Result(long size, Optional<String> problem) {}

  static Result into(Path file, ImageStore store, Descriptor layer, LongConsumer progress)
      throws IOException {
    long size = 0;
    try (InputStream in = store.openBlob(layer);
        OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        size += count;
        progress.accept(count);
      }
      return new Result(size, Optional.empty());
    } catch (RegistryFailure.Corrupt e) {
      if (size == layer.size()) {
        return new Result(size, Optional.of(String.valueOf(e.getMessage())));
      }
      throw e;
    }
  }
}
