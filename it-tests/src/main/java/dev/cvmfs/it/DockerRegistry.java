package dev.cvmfs.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.OpenBSDBCrypt;

/** Docker Distribution, the reference registry, from the Debian package {@code docker-registry}. */
public final class DockerRegistry implements RunningRegistry {
  private static final Pattern LISTENING = Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)");
  private static final int BCRYPT_COST = 4;
  private static final Pattern ACCESS =
      Pattern.compile("\\] \"([A-Z]+) (\\S+) HTTP/[0-9.]+\" [0-9]+ [0-9]+ \"[^\"]*\" \"([^\"]*)\"");

  private final RealProcess process;
  private final String host;
  private final Path config;

  /** A user who alone may come in. */
  public record Account(String user, String password) {}

  /**
   * What the registry is to be like.
   *
   * @param delete whether manifests and blobs may be deleted
   * @param account who may come in; everybody if empty
   */
  public record Options(boolean delete, Optional<Account> account) {
    public static final Options PLAIN = new Options(false, Optional.empty());

    public Options withDelete() {
      return new Options(true, account);
    }

    public Options withAccount(String user, String password) {
      return new Options(delete, Optional.of(new Account(user, password)));
    }
  }

  private DockerRegistry(RealProcess process, String host, Path config) {
    this.process = process;
    this.host = host;
    this.config = config;
  }

  /** Starts an empty registry that keeps its files in a folder. */
  public static DockerRegistry start(Path folder, Options options) throws IOException {
    Files.createDirectories(folder);
    Path config = folder.resolve("config.yml");
    Files.writeString(config, config(folder, options));
    RealProcess process =
        RealProcess.start(
            Command.of(RealPart.DOCKER_REGISTRY.path(), "serve", config.toString()),
            folder.resolve("output.txt"));
    try {
      return new DockerRegistry(process, process.awaitOutput(LISTENING).group(1), config);
    } catch (IllegalStateException e) {
      process.close();
      throw e;
    }
  }

  @Override
  public String host() {
    return host;
  }

  @Override
  public List<RegistryRequest> requests() {
    return ACCESS
        .matcher(log())
        .results()
        .map(line -> new RegistryRequest(line.group(1), line.group(2), line.group(3)))
        .toList();
  }

  /** Everything the registry has logged, requests included. */
  public String log() {
    return process.output();
  }

  /** The file in which the registry keeps a blob, to be spoilt. */
  public Path blob(String digest) {
    String hash = digest.replace("sha256:", "");
    return config
        .resolveSibling("data/docker/registry/v2/blobs/sha256")
        .resolve(hash.substring(0, 2))
        .resolve(hash)
        .resolve("data");
  }

  /**
   * Files of uploads that were begun and neither ended nor cancelled. (Of one that was cancelled
   * the registry keeps the folder, with the state of a hash.)
   */
  public List<Path> openUploads() throws IOException {
    try (Stream<Path> files =
        Files.walk(config.resolveSibling("data/docker/registry/v2/repositories"))) {
      return files
          .filter(file -> file.endsWith("data") && file.toString().contains("/_uploads/"))
          .toList();
    }
  }

  /** Removes what no manifest names, as administrators do in the night; returns its story. */
  public String collectGarbage() {
    return Command.of(RealPart.DOCKER_REGISTRY.path(), "garbage-collect", config.toString())
        .run()
        .orThrow()
        .stdout();
  }

  /** The same, and removes the manifests that no tag leads to. */
  public String collectGarbageAndUntagged() {
    return Command.of(
            RealPart.DOCKER_REGISTRY.path(),
            "garbage-collect",
            "--delete-untagged",
            config.toString())
        .run()
        .orThrow()
        .stdout();
  }

  /** What a collection of garbage would remove; it removes nothing. */
  public String garbage() {
    return Command.of(
            RealPart.DOCKER_REGISTRY.path(), "garbage-collect", "--dry-run", config.toString())
        .run()
        .orThrow()
        .stdout();
  }

  @Override
  public void close() {
    process.close();
  }

  private static String config(Path folder, Options options) throws IOException {
    String config =
        """
        version: 0.1
        log: {level: info}
        storage:
          filesystem: {rootdirectory: "%s"}
          delete: {enabled: %b}
        http: {addr: "127.0.0.1:0", secret: none}
        validation: {manifests: {urls: {allow: ["^https://"]}}}
        """
            .formatted(folder.resolve("data").toAbsolutePath(), options.delete());
    if (options.account().isEmpty()) {
      return config;
    }
    Path passwords = folder.resolve("htpasswd").toAbsolutePath();
    Files.writeString(passwords, passwordLine(options.account().orElseThrow()));
    return config + "auth: {htpasswd: {realm: test, path: \"%s\"}}%n".formatted(passwords);
  }

  private static String passwordLine(Account account) {
    byte[] salt = new byte[16];
    new SecureRandom().nextBytes(salt);
    String hash =
        OpenBSDBCrypt.generate(
            "2y", account.password().getBytes(StandardCharsets.UTF_8), salt, BCRYPT_COST);
    return account.user() + ":" + hash + "\n";
  }
}
