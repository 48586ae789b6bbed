package dev.cvmfs.injector.layer;

import com.github.luben.zstd.util.Native;
import dev.cvmfs.injector.spool.WorkDirectory;
import java.io.IOException;

/** The native library that reads zstd; loaded only where a layer is compressed so. */
final class Zstd {
  private Zstd() {}

  /**
   * Loads it, unless it is loaded. It is unpacked into a file first, which lies where it is swept
   * up even if the process is killed.
   *
   * @throws IOException if it cannot be loaded
   */
  static void load(WorkDirectory work) throws IOException {
    try {
      Native.load(work.path().toFile());
    } catch (LinkageError e) {
      throw new IOException(
          "the layer in the image is compressed with zstd, and the native library for that cannot be loaded from %s: %s. If that folder is mounted noexec, set OCI_CACHE to another"
              .formatted(work.path(), e.getMessage()),
          e);
    }
  }
}
