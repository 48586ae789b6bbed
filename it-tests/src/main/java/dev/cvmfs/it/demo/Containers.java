package dev.cvmfs.it.demo;

import dev.cvmfs.it.CommandResult;
import dev.cvmfs.it.Podman;
import dev.cvmfs.it.RealPart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs images, on machines where that is possible. */
final class Containers implements AutoCloseable {
  private static final List<RealPart> PARTS =
      List.of(RealPart.PODMAN, RealPart.RUNC, RealPart.BUSYBOX);

  private final Optional<Podman> podman;

  private Containers(Optional<Podman> podman) {
    this.podman = podman;
  }

  /** Uses podman if it, a runtime and a shell for the image are installed, and we are root. */
  static Containers ofThisMachine() throws IOException {
    boolean installed = PARTS.stream().allMatch(part -> part.find().isPresent());
    return new Containers(
        installed && isRoot() ? Optional.of(Podman.withNewStorage()) : Optional.empty());
  }

  private static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) && Files.getAttribute(self, "unix:uid").equals(0);
  }

  /**
   * Whether the image's shell runs. Podman may be installed where nothing lets it work, and a shell
   * may need libraries that the image does not have.
   */
  boolean canRun(String image) {
    return podman.isPresent() && podman.get().run(image, "/bin/sh", "-c", "true").exitCode() == 0;
  }

  /** What a program in the image prints. */
  String run(String image, String program) {
    CommandResult result = podman.orElseThrow().run(image, program);
    return result.stdout() + result.stderr();
  }

  @Override
  public void close() {
    podman.ifPresent(Podman::close);
  }
}
