package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A server with a folder of its own, which goes with it. */
final class PrivateServer implements AutoCloseable {
  private final Path folder;
  private final RealProcess process;

  private PrivateServer(Path folder, RealProcess process) {
    this.folder = folder;
    this.process = process;
  }

  /** Makes the folder, in {@code /tmp}, because the names of sockets are short. */
  static Path newFolder(String name) throws IOException {
    return Files.createTempDirectory(Path.of("/tmp"), name);
  }

  /**
   * Starts a server.
   *
   * @param folder is deleted when the server is closed, or does not get that far
   * @param ready what it prints when it can be asked
   * @throws IllegalStateException with its output if it ends before, or takes too long
   */
  static PrivateServer start(Path folder, Command command, Pattern ready) {
    PrivateServer server =
        new PrivateServer(folder, RealProcess.start(command, folder.resolve("output.txt")));
    try {
      server.process.awaitOutput(ready);
      return server;
    } catch (IllegalStateException e) {
      server.close();
      throw e;
    }
  }

  Path folder() {
    return folder;
  }

  /** Ends the server and deletes its folder, but nothing that is mounted there. */
  @Override
  public void close() {
    try {
      process.close();
    } finally {
      Command.of("rm", "-rf", "--one-file-system", folder.toString()).run().orThrow();
    }
  }
}
