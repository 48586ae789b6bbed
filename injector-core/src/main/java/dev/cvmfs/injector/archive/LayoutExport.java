package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.inject.CountingInputStream;
import dev.cvmfs.injector.inject.Destination;
import dev.cvmfs.injector.inject.InjectionOptions;
import dev.cvmfs.injector.inject.Injector;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.injector.inject.Report;
import dev.cvmfs.injector.inject.Snapshots;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Makes whole images in OCI layouts on disk: puts the base there, without a name, and has the slice
 * injected into it under the name that is wanted. So the next run finds its layer again, takes from
 * it what has not changed, and does nothing if nothing has.
 */
public final class LayoutExport {
  private final ImageStore layout;
  private final Snapshots snapshots;
  private final Path cache;
  private final ProgressListener progress;
  private final LongSupplier nanoTime;
  private final Clock clock;

  /**
   * @param layout the layout, which need not exist
   * @param cache the folder for temporary files and for the ledger of layers
   * @param nanoTime a clock that only goes forward, in nanoseconds
   * @param clock tells which layers of the ledger have not been asked for longest
   */
  public LayoutExport(
      ImageStore layout,
      Snapshots snapshots,
      Path cache,
      ProgressListener progress,
      LongSupplier nanoTime,
      Clock clock) {
    this.layout = layout;
    this.snapshots = snapshots;
    this.cache = cache;
    this.progress = progress;
    this.nanoTime = nanoTime;
    this.clock = clock;
  }

  /**
   * Makes an image, or brings it up to date.
   *
   * @param options among them the tag that it gets
   */
  public Report run(BaseImage base, InjectionOptions options) throws IOException {
    for (Descriptor layer : base.manifest().layers()) {
      if (!layout.hasBlob(layer.digest())) {
        try (ProgressListener.Task task = progress.task("Copying the base", layer.size())) {
          layout.pushBlob(layer, offset -> opened(base, layer, offset, task));
        }
      }
    }
    RawManifest manifest = base.manifest().raw();
    layout.pushBlob(base.manifest().config(), BlobSource.of(base.config().bytes()));
    layout.putManifest(manifest.digest().toString(), manifest);
    Path directory =
        layout.name().layout().orElseThrow(() -> new IllegalStateException("no layout"));
    ImageName started =
        ImageName.inLayout(directory, Optional.empty(), Optional.of(manifest.digest()));
    String tag = options.registryConf().destinationTag().orElse(ImageName.DEFAULT_TAG);
    return new Injector(layout, layout, snapshots, cache, options, progress, nanoTime, clock)
        .run(started, Destination.tag(started, tag));
  }

  /** A layout reads a source once, from the start, and what a registry cuts goes on by itself. */
  private static InputStream opened(
      BaseImage base, Descriptor layer, long offset, ProgressListener.Task task)
      throws IOException {
    InputStream in = base.layers().openBlob(layer);
    in.skipNBytes(offset);
    return new CountingInputStream(in, task::advance);
  }
}
