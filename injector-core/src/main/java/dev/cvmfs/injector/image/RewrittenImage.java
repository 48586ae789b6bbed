package dev.cvmfs.injector.image;

import java.util.List;

/**
 * The documents to publish; the manifest names the configuration.
 *
 * @param warnings sentences for the user about what could not be kept in step
 */
public record RewrittenImage(ImageConfig config, ImageManifest manifest, List<String> warnings) {
  public RewrittenImage {
    warnings = List.copyOf(warnings);
  }
}
