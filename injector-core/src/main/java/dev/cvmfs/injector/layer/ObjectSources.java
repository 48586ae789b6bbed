package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.object.ObjectStore;
import java.util.List;
import java.util.Optional;

/**
 * Where the objects of a new layer come from.
 *
 * @param stores one for each of the slice's repositories, in their order
 * @param present the layer to be replaced, if it is one of ours; an object found neither in the
 *     local cache nor there comes from the network
 * @param packing how they are prepared
 */
public record ObjectSources(
    List<ObjectStore> stores, Optional<PresentLayer> present, PackingOptions packing) {
  public ObjectSources {
    stores = List.copyOf(stores);
  }

  /** The same, prepared as usual. */
  public ObjectSources(List<ObjectStore> stores, Optional<PresentLayer> present) {
    this(stores, present, PackingOptions.USUAL);
  }
}
