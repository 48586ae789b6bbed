package dev.cvmfs.it;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** A program of somebody else that tests run against, and the Debian package that has it. */
public enum RealPart {
  DOCKER_REGISTRY("docker-registry", "docker-registry"),
  SKOPEO("skopeo", "skopeo"),
  UMOCI("umoci", "umoci"),
  PODMAN("podman", "podman"),
  BUILDAH("buildah", "buildah"),
  RUNC("runc", "runc"),
  BUSYBOX("busybox", "busybox-static"),
  TAR("tar", "tar"),
  SETFATTR("setfattr", "attr"),
  BSDTAR("bsdtar", "libarchive-tools"),
  PYTHON("python3", "python3"),
  PIGZ("pigz", "pigz"),
  SQUID("squid", "squid"),
  STRACE("strace", "strace"),
  DOCKER("docker", "docker.io"),
  DOCKER_ENGINE("dockerd", "docker.io"),
  CONTAINERD("containerd", "containerd"),
  CTR("ctr", "containerd"),
  ZSTD("zstd", "zstd"),
  TAR2SQFS("tar2sqfs", "squashfs-tools-ng"),
  UNSQUASHFS("unsquashfs", "squashfs-tools"),
  MKSQUASHFS("mksquashfs", "squashfs-tools");

  private final String command;
  private final String debianPackage;

  RealPart(String command, String debianPackage) {
    this.command = command;
    this.debianPackage = debianPackage;
  }

  /** The name of the program. */
  public String command() {
    return command;
  }

  public String debianPackage() {
    return debianPackage;
  }

  /** Where the program is, if it is installed; also where root's programs are. */
  public Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(
            Arrays.stream(path.split(File.pathSeparator)), Stream.of("/usr/sbin", "/sbin", "/bin"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The program's path, for a command line.
   *
   * @throws IllegalStateException if it is not installed
   */
  public String path() {
    return find()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s is not installed; it is in the Debian package %s"
                        .formatted(command, debianPackage)))
        .toString();
  }
}
