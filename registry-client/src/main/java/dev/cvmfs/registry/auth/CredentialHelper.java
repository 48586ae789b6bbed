package dev.cvmfs.registry.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.Credential;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a {@code docker-credential-NAME} program (docker-credential-helpers protocol): {@code get},
 * the registry on its standard input, {@code {"Username","Secret"}} on its standard output. A
 * helper that fails or hangs is reported and passed over, as a batch node seldom has the key ring
 * of the laptop its configuration was copied from.
 */
final class CredentialHelper {
  private static final Logger LOG = LoggerFactory.getLogger(CredentialHelper.class);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
  private static final int LARGEST = 1024 * 1024;

  private final Map<String, String> environment;
  private final Duration patience;

  CredentialHelper(Map<String, String> environment, Duration patience) {
    this.environment = Map.copyOf(environment);
    this.patience = patience;
  }

  Optional<Credential> get(String name, String serverUrl) {
    Optional<Path> program = NAME.matcher(name).matches() ? find(name) : Optional.empty();
    if (program.isEmpty()) {
      LOG.warn("credential helper docker-credential-{} is not on the PATH; going on without", name);
      return Optional.empty();
    }
    try {
      return run(program.get(), serverUrl);
    } catch (IOException e) {
      LOG.warn("credential helper {} failed; going on without: {}", program.get(), e.toString());
      return Optional.empty();
    }
  }

  private Optional<Path> find(String name) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path program = Path.of(folder.isEmpty() ? "." : folder, "docker-credential-" + name);
      if (Files.isExecutable(program)) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }

  private Optional<Credential> run(Path program, String serverUrl) throws IOException {
    // Files, because a helper need not read its input, and a hung one holds its output open.
    Path question = Files.createTempFile("credential-helper", ".txt");
    Path answer = Files.createTempFile("credential-helper", ".json");
    try {
      Files.writeString(question, serverUrl);
      ProcessBuilder builder =
          new ProcessBuilder(program.toString(), "get")
              .redirectInput(question.toFile())
              .redirectOutput(answer.toFile())
              .redirectError(ProcessBuilder.Redirect.DISCARD);
      builder.environment().clear();
      builder.environment().putAll(environment);
      return hasSucceeded(program, builder.start()) ? read(answer) : Optional.empty();
    } finally {
      Files.delete(question);
      Files.delete(answer);
    }
  }

  private boolean hasSucceeded(Path program, Process process) {
    try {
      if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("credential helper {} did not answer in {}; going on without", program, patience);
        return false;
      }
      // Not zero is how a helper says that it knows nothing of the registry.
      return process.exitValue() == 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      process.destroyForcibly();
    }
  }

  private static Optional<Credential> read(Path answer) throws IOException {
    try (InputStream in = Files.newInputStream(answer)) {
      JsonNode json = SecretJson.object("its answer", in.readNBytes(LARGEST));
      String secret = json.path("Secret").asText();
      return secret.isEmpty()
          ? Optional.empty()
          : AuthEntry.of(json.path("Username").asText(), secret);
    }
  }
}
