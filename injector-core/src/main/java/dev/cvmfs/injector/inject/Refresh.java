package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.layer.LayerChanges;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.slice.Slice;
import java.util.Optional;

/** What is to be done about the CVMFS layer of an image. */
sealed interface Refresh {

  /**
   * Nothing, as it is what it should be.
   *
   * @param garbage what it holds though no file links to it
   * @param unproven whether that is only what its headers and its index say
   */
  record UpToDate(LayerChanges changes, Report.Garbage garbage, boolean unproven)
      implements Refresh {}

  /**
   * A new one is to be made.
   *
   * @param slice what it shall hold
   * @param changes against the present one
   * @param present the present one, if content can be taken from it
   */
  record Replaced(Slice slice, LayerChanges changes, Optional<PresentLayer> present)
      implements Refresh {}
}
