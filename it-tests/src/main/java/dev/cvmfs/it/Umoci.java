package dev.cvmfs.it;

import java.nio.file.Path;

/** Makes, unpacks and edits images in OCI layouts with umoci, as root. */
public final class Umoci {
  private final Path layout;

  private Umoci(Path layout) {
    this.layout = layout;
  }

  /** Opens a layout that is there. */
  public static Umoci open(Path layout) {
    return new Umoci(layout);
  }

  /** Makes a layout with one image that has no layers. */
  public static Umoci create(Path layout, String tag) {
    Command.of(RealPart.UMOCI.path(), "init", "--layout", layout.toString()).run().orThrow();
    Umoci umoci = new Umoci(layout);
    umoci.run("new", tag);
    return umoci;
  }

  /**
   * Unpacks an image, checking every digest and diff_id.
   *
   * @param bundle a folder that does not exist yet
   * @return the unpacked root file system
   */
  public Path unpack(String tag, Path bundle) {
    run("unpack", tag, bundle.toString());
    return bundle.resolve("rootfs");
  }

  /** Adds what has changed in an {@linkplain #unpack unpacked} bundle as a layer. */
  public void repack(String tag, Path bundle) {
    run("repack", tag, bundle.toString());
  }

  /** Adds a tar file, not compressed, as a layer. */
  public void addLayer(String tag, Path tar) {
    Command.of(
            RealPart.UMOCI.path(),
            "raw",
            "add-layer",
            "--image",
            layout + ":" + tag,
            tar.toString())
        .run()
        .orThrow();
  }

  /** Edits the configuration with the options of {@code umoci config}. */
  public void config(String tag, String... options) {
    run("config", tag, options);
  }

  private void run(String verb, String tag, String... arguments) {
    Command.of(RealPart.UMOCI.path(), verb, "--image", layout + ":" + tag)
        .and(arguments)
        .run()
        .orThrow();
  }
}
