package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The plainest image that can run a shell: one static busybox, made without any network. */
public final class BusyboxImage {
  /** The image's tag in its layout. */
  public static final String TAG = "latest";

  private static final List<String> LINKS =
      List.of("sh", "cat", "ls", "echo", "env", "find", "readlink", "sha256sum", "stat", "true");

  private BusyboxImage() {}

  /**
   * Makes the image.
   *
   * @param folder a folder that does not exist yet; it will hold the layout and umoci's bundle
   * @return the OCI layout
   */
  public static Path make(Path folder) throws IOException {
    Files.createDirectories(folder);
    Path layout = folder.resolve("layout");
    Path bundle = folder.resolve("bundle");
    Umoci umoci = Umoci.create(layout, TAG);
    Path root = umoci.unpack(TAG, bundle);
    Path bin = Files.createDirectories(root.resolve("bin"));
    Files.createDirectories(root.resolve("etc"));
    Files.createDirectories(root.resolve("tmp"));
    Files.copy(Path.of(RealPart.BUSYBOX.path()), bin.resolve("busybox"));
    Files.setAttribute(bin.resolve("busybox"), "unix:mode", 0755);
    for (String name : LINKS) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
    umoci.repack(TAG, bundle);
    umoci.config(
        TAG,
        "--config.env",
        "PATH=/bin",
        "--config.cmd",
        "/bin/sh",
        "--config.label",
        "org.opencontainers.image.title=busybox");
    return layout;
  }

  /** Makes the image and pushes it, such as to {@code 127.0.0.1:5000/demo/busybox:latest}. */
  public static void push(Path folder, Skopeo skopeo, String image) throws IOException {
    skopeo.pushLayout(make(folder), TAG, image);
  }
}
