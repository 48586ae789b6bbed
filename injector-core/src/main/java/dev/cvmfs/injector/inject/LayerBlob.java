package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.layer.BlobRanges;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A layer in a registry, read in ranges; from a registry that serves none it is downloaded once and
 * read from the file.
 */
final class LayerBlob implements BlobRanges {
  private final ImageStore store;
  private final Descriptor descriptor;
  private final WorkDirectory work;
  private Optional<Path> file = Optional.empty();

  LayerBlob(ImageStore store, Descriptor descriptor, WorkDirectory work) {
    this.store = store;
    this.descriptor = descriptor;
    this.work = work;
  }

  @Override
  public long size() {
    return descriptor.size();
  }

  @Override
  public synchronized InputStream open(long offset, long length) throws IOException {
    if (file.isEmpty()) {
      Optional<InputStream> range = store.openRange(descriptor, offset, length);
      if (range.isPresent()) {
        return range.get();
      }
      Path copy = work.newFile("present");
      try (InputStream blob = store.openBlob(descriptor)) {
        Files.copy(blob, copy);
      }
      file = Optional.of(copy);
    }
    return FileRange.open(file.get(), offset, length);
  }
}
