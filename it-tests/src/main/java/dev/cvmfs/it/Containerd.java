package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * containerd, as root, with a storage of its own; from the Debian package {@code containerd}. It
 * unpacks layers by the program {@code unpigz} if there is one, else by itself.
 */
public final class Containerd implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("containerd successfully booted");

  private final PrivateServer server;
  private final List<Path> mounted = new ArrayList<>();

  private Containerd(PrivateServer server) {
    this.server = server;
  }

  /**
   * Starts one without images.
   *
   * @param unpigz whether it may unpack by that program
   */
  public static Containerd start(boolean unpigz) throws IOException {
    Path folder = PrivateServer.newFolder("containerd");
    Path config =
        Files.writeString(
            folder.resolve("config.toml"),
            """
            version = 2
            root = "%1$s/root"
            state = "%1$s/state"
            disabled_plugins = ["io.containerd.grpc.v1.cri"]
            [grpc]
            address = "%1$s/socket"
            [ttrpc]
            address = "%1$s/ttrpc"
            """
                .formatted(folder));
    Command command = Command.of(RealPart.CONTAINERD.path(), "--config", config.toString());
    return new Containerd(
        PrivateServer.start(
            folder, unpigz ? command : command.environment("CONTAINERD_DISABLE_PIGZ", "1"), READY));
  }

  /** Imports the only image of an archive in the form of OCI or of Docker; returns its name. */
  public String importImage(Path archive) {
    ctr("images", "import", archive.toString());
    return ctr("images", "list", "--quiet").strip();
  }

  /** Mounts an image's files to read them. */
  public Path mount(String image) throws IOException {
    Path target = Files.createTempDirectory(server.folder(), "mounted");
    ctr("images", "mount", image, target.toString());
    mounted.add(target);
    return target;
  }

  private String ctr(String... arguments) {
    return Command.of(
            RealPart.CTR.path(), "--address", server.folder().resolve("socket").toString())
        .and(arguments)
        .run()
        .orThrow()
        .stdout();
  }

  /** Unmounts what was mounted, ends the server and deletes its storage. */
  @Override
  public void close() {
    try {
      mounted.forEach(target -> Command.of("umount", target.toString()).run().orThrow());
    } finally {
      server.close();
    }
  }
}
