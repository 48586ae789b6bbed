package dev.cvmfs.registry.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reference registry, Docker Distribution, in a process of its own on a free port of 127.0.0.1
 * (Debian: package {@code docker-registry}).
 */
public final class DockerRegistry implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:[0-9]+)");

  private final Process process;
  private final String host;

  private DockerRegistry(Process process, String host) {
    this.process = process;
    this.host = host;
  }

  /** Skips the test, loudly, where the registry is not installed. */
  public static Path program() {
    Optional<Path> program =
        Pattern.compile(":")
            .splitAsStream(Optional.ofNullable(System.getenv("PATH")).orElse(""))
            .map(folder -> Path.of(folder, "docker-registry"))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(
        program.isPresent(),
        "SKIPPED: docker-registry is not installed; apt-get install docker-registry");
    return program.orElseThrow();
  }

  /** Starts a registry that lets anybody do anything. */
  public static DockerRegistry start(Path folder) throws IOException {
    return start(folder, List.of(), List.of(), List.of());
  }

  /**
   * Starts a registry that keeps its files in a folder and waits until it listens.
   *
   * @param moreStorage lines below {@code storage:} of its configuration
   * @param moreHttp lines below {@code http:} of its configuration
   * @param moreLines further lines of its configuration
   */
  public static DockerRegistry start(
      Path folder, List<String> moreStorage, List<String> moreHttp, List<String> moreLines)
      throws IOException {
    List<String> lines =
        new ArrayList<>(
            List.of(
                "version: 0.1",
                "log: {level: info}",
                "storage:",
                "  filesystem: {rootdirectory: '" + folder.resolve("storage") + "'}"));
    moreStorage.forEach(line -> lines.add("  " + line));
    lines.add("http:");
    lines.add("  addr: 127.0.0.1:0");
    moreHttp.forEach(line -> lines.add("  " + line));
    lines.addAll(moreLines);
    Path configuration = Files.write(folder.resolve("config.yml"), lines);
    Process process =
        new ProcessBuilder(program().toString(), "serve", configuration.toString())
            .redirectErrorStream(true)
            .start();
    return new DockerRegistry(process, awaitListening(process));
  }

  private static String awaitListening(Process process) throws IOException {
    BufferedReader log =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    List<String> lines = new ArrayList<>();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      lines.add(line);
      Matcher listening = LISTENING.matcher(line);
      if (listening.find()) {
        drain(log);
        return listening.group(1);
      }
    }
    throw new IOException("docker-registry did not start: " + lines);
  }

  /** Or the registry would block on its log. */
  private static void drain(BufferedReader log) {
    Thread thread =
        new Thread(
            () -> {
              try {
                log.transferTo(Writer.nullWriter());
              } catch (IOException e) {
                // The registry has ended, and its log with it.
              }
            },
            "docker-registry log");
    thread.setDaemon(true);
    thread.start();
  }

  /** Host and port. */
  public String host() {
    return host;
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
