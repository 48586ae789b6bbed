package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * This machine, but with repositories in {@code /cvmfs}: a folder that only the commands see that
 * run here, in a mount namespace of their own.
 */
final class MachineWithCvmfs {
  private static final String ENTER =
      """
      set -e
      mount -t tmpfs tmpfs "$1"
      for entry in /*; do
        if [ -L "$entry" ]; then
          cp -a "$entry" "$1$entry"
        elif [ -d "$entry" ]; then
          mkdir "$1$entry"
          mount --rbind "$entry" "$1$entry"
        fi
      done
      mkdir -p "$1/cvmfs"
      mount --bind "$2" "$1/cvmfs"
      exec chroot "$1" bash -c 'cd "$0" && eval "$1"' "$3" "$4"
      """;

  private final Path root;
  private final Path cvmfs;

  /**
   * @param folder for files that this needs
   * @param cvmfs the folder that is seen as {@code /cvmfs}
   */
  MachineWithCvmfs(Path folder, Path cvmfs) throws IOException {
    this.root = Files.createDirectories(folder.resolve("root"));
    this.cvmfs = cvmfs;
  }

  /** Whether we may do this here. */
  static boolean isPossible() {
    return Command.of("unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt")
            .run()
            .exitCode()
        == 0;
  }

  /** A command for bash, to be run in a folder; what it prints is all on standard output. */
  Command command(Path folder, String command) {
    return Command.of("unshare", "--mount", "bash", "-c", ENTER, "enter")
        .and(root.toString(), cvmfs.toString(), folder.toString())
        .and("exec 2>&1; " + command);
  }
}
