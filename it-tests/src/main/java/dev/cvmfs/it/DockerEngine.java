package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * The Docker Engine, as root, with a storage of its own and without any network for containers;
 * from the Debian package {@code docker.io}.
 */
public final class DockerEngine implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("API listen on ");

  private final RealProcess process;
  private final Path folder;

  private DockerEngine(RealProcess process, Path folder) {
    this.process = process;
    this.folder = folder;
  }

  /**
   * Starts an engine without images, in {@code /tmp}, because the names of sockets are short.
   *
   * @param registry the host of a registry without TLS
   */
  public static DockerEngine start(String registry) throws IOException {
    Path folder = Files.createTempDirectory(Path.of("/tmp"), "docker");
    RealProcess process =
        RealProcess.start(
            Command.of(RealPart.DOCKER_ENGINE.path())
                .and("--host", socket(folder))
                .and("--data-root", folder.resolve("data").toString())
                .and("--exec-root", folder.resolve("exec").toString())
                .and("--pidfile", folder.resolve("pid").toString())
                .and("--config-file", emptyConfig(folder).toString())
                .and("--storage-driver", "overlay2", "--bridge=none")
                .and("--iptables=false", "--ip6tables=false")
                .and("--insecure-registry", registry),
            folder.resolve("output.txt"));
    DockerEngine engine = new DockerEngine(process, folder);
    try {
      process.awaitOutput(READY);
      return engine;
    } catch (IllegalStateException e) {
      engine.close();
      throw e;
    }
  }

  private static Path emptyConfig(Path folder) throws IOException {
    return Files.writeString(folder.resolve("daemon.json"), "{}");
  }

  private static String socket(Path folder) {
    return "unix://" + folder.resolve("docker.sock");
  }

  public void pull(String image) {
    docker("pull", "--quiet", image);
  }

  /** Pushes what was pulled; the engine compresses nothing again, but writes a new manifest. */
  public void push(String image) {
    docker("push", "--quiet", image);
  }

  /** Reads images from an archive; returns what the engine says of them. */
  public String load(Path archive) {
    return docker("load", "--input", archive.toString());
  }

  /** Makes a container and takes it for a new image, with one more layer if it changed anything. */
  public void commitUnchanged(String image, String newName) {
    String container = docker("create", image, "none").strip();
    docker("commit", container, newName);
    docker("rm", container);
  }

  /** Where the files of an image's uppermost layer are. */
  public Path uppermostLayer(String image) {
    return Path.of(
        docker("image", "inspect", "--format", "{{.GraphDriver.Data.UpperDir}}", image).strip());
  }

  private String docker(String... arguments) {
    return Command.of(RealPart.DOCKER.path(), "--host", socket(folder))
        .and("--config", folder.resolve("client").toString())
        .and(arguments)
        .run()
        .orThrow()
        .stdout();
  }

  /** Ends the engine and deletes its storage. */
  @Override
  public void close() {
    try {
      process.close();
    } finally {
      Command.of("rm", "-rf", folder.toString()).run().orThrow();
    }
  }
}
