package dev.cvmfs.registry.auth;

import dev.cvmfs.registry.Credential;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.RegistryOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out who we are at a registry. The first of these that says something counts:
 *
 * <ol>
 *   <li>the credential of the options, then the credential file of the options;
 *   <li>{@code $REGISTRY_AUTH_FILE} (podman);
 *   <li>{@code $DOCKER_CONFIG/config.json}, else {@code ~/.docker/config.json};
 *   <li>{@code $XDG_RUNTIME_DIR/containers/auth.json}, then {@code
 *       $XDG_CONFIG_HOME/containers/auth.json}, else {@code ~/.config/containers/auth.json}.
 * </ol>
 */
public final class Credentials {
  private static final Logger LOG = LoggerFactory.getLogger(Credentials.class);
  private static final Duration HELPER_PATIENCE = Duration.ofSeconds(30);

  private final RegistryOptions options;
  private final CredentialHelper helper;

  public Credentials(RegistryOptions options) {
    this(options, HELPER_PATIENCE);
  }

  Credentials(RegistryOptions options, Duration helperPatience) {
    this.options = options;
    this.helper = new CredentialHelper(options.environment(), helperPatience);
  }

  /**
   * Who we are at the image's registry; empty if nobody in particular.
   *
   * @throws UncheckedIOException if a file that the options name cannot be read; others that cannot
   *     are reported and passed over
   */
  public Optional<Credential> find(ImageName name) {
    return options.credential().or(() -> findInFiles(name));
  }

  /**
   * The same for another host than the one that the options' credential is for: what the files say.
   *
   * @throws UncheckedIOException as above
   */
  public Optional<Credential> findInFiles(ImageName name) {
    if (options.credentialFile().isPresent()) {
      try {
        Path file = options.credentialFile().get();
        Optional<Credential> found = read(file, name);
        if (found.isPresent()) {
          return found;
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return usualFiles().stream()
        .filter(Files::isRegularFile)
        .flatMap(file -> readIfPossible(file, name).stream())
        .findFirst();
  }

  private Optional<Credential> readIfPossible(Path file, ImageName name) {
    try {
      return read(file, name);
    } catch (IOException e) {
      LOG.warn("credentials in {} passed over: {}", file, e.toString());
      return Optional.empty();
    }
  }

  private Optional<Credential> read(Path file, ImageName name) throws IOException {
    return CredentialFile.read(file, helper).find(name.registry(), name.repository());
  }

  private List<Path> usualFiles() {
    List<Path> files = new ArrayList<>();
    Optional<Path> home = folder("HOME");
    folder("REGISTRY_AUTH_FILE").ifPresent(files::add);
    folder("DOCKER_CONFIG")
        .or(() -> home.map(path -> path.resolve(".docker")))
        .ifPresent(path -> files.add(path.resolve("config.json")));
    folder("XDG_RUNTIME_DIR").ifPresent(path -> files.add(path.resolve("containers/auth.json")));
    folder("XDG_CONFIG_HOME")
        .or(() -> home.map(path -> path.resolve(".config")))
        .ifPresent(path -> files.add(path.resolve("containers/auth.json")));
    return files;
  }

  private Optional<Path> folder(String variable) {
    Map<String, String> environment = options.environment();
    return Optional.ofNullable(environment.get(variable))
        .filter(value -> !value.isEmpty())
        .map(Path::of);
  }
}
