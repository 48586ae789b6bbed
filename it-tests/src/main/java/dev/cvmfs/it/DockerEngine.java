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

  private final PrivateServer server;

  private DockerEngine(PrivateServer server) {
    this.server = server;
  }

  /**
   * Starts an engine without images.
   *
   * @param registry the host of a registry without TLS
   */
  public static DockerEngine start(String registry) throws IOException {
    Path folder = PrivateServer.newFolder("docker");
    Command command =
        Command.of(RealPart.DOCKER_ENGINE.path())
            .and("--host", socket(folder))
            .and("--data-root", folder.resolve("data").toString())
            .and("--exec-root", folder.resolve("exec").toString())
            .and("--pidfile", folder.resolve("pid").toString())
            .and("--config-file", emptyConfig(folder).toString())
            .and("--storage-driver", "overlay2", "--bridge=none")
            .and("--iptables=false", "--ip6tables=false")
            .and("--insecure-registry", registry);
    return new DockerEngine(PrivateServer.start(folder, command, READY));
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
    return Command.of(RealPart.DOCKER.path(), "--host", socket(server.folder()))
        .and("--config", server.folder().resolve("client").toString())
        .and(arguments)
        .run()
        .orThrow()
        .stdout();
  }

  /** Ends the engine and deletes its storage. */
  @Override
  public void close() {
    server.close();
  }
}
