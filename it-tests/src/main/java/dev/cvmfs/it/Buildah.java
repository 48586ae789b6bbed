package dev.cvmfs.it;

import java.nio.file.Path;
import java.util.List;

/** Builds images with buildah, as root, in a storage of its own. */
public final class Buildah {
  private final Path storage;

  /**
   * A new storage.
   *
   * @param storage a folder, to be deleted with all that is in it
   */
  public Buildah(Path storage) {
    this.storage = storage;
  }

  /**
   * Begins to build on an image.
   *
   * @param base {@code docker://HOST/NAME:TAG} of a registry without TLS, {@code oci:DIR:TAG} or
   *     {@code scratch}
   * @return the name of what is being built
   */
  public String from(String base) {
    return run("from", List.of("--quiet", "--tls-verify=false"), base);
  }

  /** Adds a file, in a layer of its own. */
  public void copy(String container, Path file, String inside) {
    run("copy", List.of("--quiet"), container, file.toString(), inside);
  }

  /** Adds a label. */
  public void label(String container, String label) {
    run("config", List.of("--label", label), container);
  }

  /**
   * Pushes what was built.
   *
   * @param format {@code oci} or {@code docker}
   * @param image {@code HOST/NAME:TAG}
   */
  public void commit(String container, String format, String image, String... options) {
    Command command = command("commit").and("--quiet", "--tls-verify=false", "--format", format);
    command.and(options).and(container, "docker://" + image).run().orThrow();
  }

  private String run(String verb, List<String> options, String... arguments) {
    return command(verb)
        .and(options.toArray(String[]::new))
        .and(arguments)
        .run()
        .orThrow()
        .stdout()
        .strip();
  }

  private Command command(String verb) {
    return Command.of(RealPart.BUILDAH.path())
        .and("--root", storage.resolve("root").toString())
        .and("--runroot", storage.resolve("run").toString())
        .and("--storage-driver", "vfs", verb);
  }
}
