package dev.cvmfs.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Runs containers with podman, as root, with a storage of its own. The flags are those under which
 * it also runs inside of containers and other restricted places.
 */
public final class Podman implements AutoCloseable {
  private final Path storage;

  private Podman(Path storage) {
    this.storage = storage;
  }

  /** Makes an empty storage in {@code /tmp}, because podman refuses paths beyond 50 characters. */
  public static Podman withNewStorage() throws IOException {
    return new Podman(Files.createTempDirectory(Path.of("/tmp"), "podman"));
  }

  /** Pulls an image from a registry without TLS and runs a command in it. */
  public CommandResult run(String image, String... command) {
    return run(List.of(), image, command);
  }

  /** The same for an image that holds no program: with a file of this machine put into it. */
  public CommandResult runWith(Path file, String inside, String image, String... command) {
    return run(List.of("--volume", file + ":" + inside + ":ro"), image, command);
  }

  /** Pulls an image for an architecture; what it says of itself that it is for. */
  public String pulledArchitecture(String image, String architecture) {
    pull(image, "--arch", architecture);
    return podman()
        .and("image", "inspect", "--format", "{{.Architecture}}", image)
        .run()
        .orThrow()
        .stdout()
        .strip();
  }

  /** Pulls an image, which decompresses its layers, and pushes it under another name. */
  public void pullAndPush(String image, String newName) {
    pull(image);
    podman().and("push", "-q", "--tls-verify=false", image, newName).run().orThrow();
  }

  /** Pulls an image and saves it as {@code docker save} would. */
  public void pullAndSave(String image, Path archive) {
    pull(image);
    podman()
        .and("save", "-q", "--format", "docker-archive", "-o", archive.toString(), image)
        .run()
        .orThrow();
  }

  private void pull(String image, String... options) {
    podman().and("pull", "-q", "--tls-verify=false").and(options).and(image).run().orThrow();
  }

  /** Loads an archive of {@code docker save}, and returns the name of its image. */
  public String load(Path archive) {
    String said =
        podman().and("load", "-q", "-i", archive.toString()).run().orThrow().stdout().strip();
    return said.substring(said.lastIndexOf(": ") + 2);
  }

  /** Runs what is loaded already. */
  public CommandResult runLoaded(String image, String... command) {
    return run(List.of(), "never", image, command);
  }

  private CommandResult run(List<String> options, String image, String... command) {
    return run(options, "always", image, command);
  }

  private CommandResult run(List<String> options, String pull, String image, String... command) {
    return podman()
        .and("run", "--rm", "-q", "--pull=" + pull, "--tls-verify=false", "--network=none")
        .and("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096")
        .and(options.toArray(String[]::new))
        .and(image)
        .and(command)
        .run();
  }

  private Command podman() {
    return Command.of(RealPart.PODMAN.path())
        .and("--root", storage.resolve("root").toString())
        .and("--runroot", storage.resolve("run").toString())
        .and("--storage-driver", "overlay", "--runtime", RealPart.RUNC.path())
        .and("--cgroup-manager", "cgroupfs", "--events-backend", "file");
  }

  /** Unmounts and deletes the storage. */
  @Override
  public void close() {
    Path mounted = storage.resolve("root/overlay");
    try {
      if (Files.readAllLines(Path.of("/proc/self/mounts")).stream()
          .anyMatch(line -> line.contains(" " + mounted + " "))) {
        Command.of("umount", mounted.toString()).run().orThrow();
      }
      if (Files.exists(storage)) {
        Command.of("rm", "-rf", storage.toString()).run().orThrow();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell what podman left mounted", e);
    }
  }
}
