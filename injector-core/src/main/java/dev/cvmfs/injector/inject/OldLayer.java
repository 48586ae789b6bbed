package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.layer.ForeignLayer;
import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.LayerGarbage;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.slice.Garbage;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The CVMFS layer that an image has already, whoever made it; nothing of it is read before it is
 * asked for.
 */
final class OldLayer {
  private final ImageStore store;
  private final Descriptor blob;
  private final ProgressListener progress;
  private final WorkDirectory work;
  private Optional<PresentLayer> ours = Optional.empty();
  private Optional<Foreign> foreign = Optional.empty();
  private boolean opened;

  OldLayer(
      ImageStore store, InjectedLayer.Found found, ProgressListener progress, WorkDirectory work) {
    this.store = store;
    this.blob = found.layer();
    this.progress = progress;
    this.work = work;
  }

  /** The layer, if it is in our format. */
  private Optional<PresentLayer> ours() throws IOException {
    if (!opened) {
      ours = PresentLayer.open(new LayerBlob(store, blob, work));
      opened = true;
      if (ours.isEmpty()) {
        progress.step(
            "The layer in the image (%s) was made or compressed again by another tool, so it is replaced as a whole"
                .formatted(blob.digest()));
      }
    }
    return ours;
  }

  /**
   * What it was made with, as far as it tells. A layer that is not in our format is read as a whole
   * for that.
   */
  LayerRecipe recipe() throws IOException {
    try {
      return ours().isPresent()
          ? LayerRecipe.of(ours().get())
          : LayerRecipe.of(foreign(ByteString.of(MountPoint.USUAL)));
    } catch (LayerFormatException | TarFormatException e) {
      // Told when the layer is compared; the configuration may well have what is needed.
      return LayerRecipe.NONE;
    }
  }

  /**
   * How it was made, read in a few ranges; empty if it is not in our format or damaged, so that a
   * refresh replaces all of it.
   */
  Optional<Told> provenance() throws IOException {
    try {
      if (ours().isEmpty()) {
        return Optional.empty();
      }
      SortedMap<String, SortedMap<String, byte[]>> files = LayerProvenance.files(ours().get());
      return Optional.of(new Told(files, LayerRecipe.of(files)));
    } catch (LayerFormatException | TarFormatException e) {
      progress.warning("the layer in the image is damaged: " + e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * What distinguishes it from a slice; empty if it is so damaged that it cannot be told. Then
   * nothing is taken from it either, though what is taken would be proven.
   */
  Optional<LayerChanges> compare(Slice slice) throws IOException {
    try {
      return Optional.of(
          ours().isPresent()
              ? LayerChanges.between(slice, ours().get())
              : LayerChanges.between(slice, foreign(slice.prefix())));
    } catch (LayerFormatException | TarFormatException e) {
      progress.warning(
          "the layer in the image is damaged and is replaced as a whole: " + e.getMessage());
      ours = Optional.empty();
      return Optional.empty();
    }
  }

  Digest digest() {
    return blob.digest();
  }

  /**
   * What it holds that nothing links to any more once a slice has taken its place; nothing if it is
   * not in our format, or damaged.
   *
   * @param revisions of the slice's repositories, by name
   */
  Garbage garbageAfter(Slice slice, SortedMap<String, Long> revisions) throws IOException {
    try {
      return ours().isPresent() ? LayerGarbage.after(ours().get(), slice, revisions) : Garbage.NONE;
    } catch (LayerFormatException | TarFormatException e) {
      // Told when the layer is compared.
      return Garbage.NONE;
    }
  }

  /** How much it says that it holds though nothing links to it. */
  Report.Garbage listedGarbage() throws IOException {
    try {
      if (ours().isEmpty()) {
        return Report.Garbage.NONE;
      }
      LayerGarbage.Amount amount = LayerGarbage.amountIn(ours().get());
      return new Report.Garbage(amount.objects(), amount.bytes());
    } catch (LayerFormatException | TarFormatException e) {
      progress.warning("how much garbage the layer has cannot be told: " + e.getMessage());
      return Report.Garbage.NONE;
    }
  }

  /**
   * How it was made.
   *
   * @param files names and contents of those that tell it, by repository
   * @param recipe the same as far as a refresh goes by it
   */
  record Told(SortedMap<String, SortedMap<String, byte[]>> files, LayerRecipe recipe) {}

  private ForeignLayer foreign(ByteString prefix) throws IOException {
    if (foreign.isEmpty() || !foreign.get().prefix().equals(prefix)) {
      try (InputStream in = store.openBlob(blob)) {
        ForeignLayer layer = ForeignLayer.read(in, blob.size(), blob.mediaType(), prefix, work);
        foreign = Optional.of(new Foreign(prefix, layer));
      }
    }
    return foreign.get().layer();
  }

  /** A layer that is not in our format, and below which directory its content was looked for. */
  private record Foreign(ByteString prefix, ForeignLayer layer) {}

  /** Where content can be taken from, after it was compared. */
  Optional<PresentLayer> usable() {
    return ours;
  }
}
