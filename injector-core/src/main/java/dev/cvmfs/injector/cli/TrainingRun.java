package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.registry.Digest;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A run of the program against a server in this process, for what a JVM makes only when code is
 * first run. It goes as far as a repository can be had that nobody has signed: to its manifest,
 * which is refused.
 */
final class TrainingRun {
  private static final String NAME = "training/image";

  private TrainingRun() {}

  static void go(PrintStream nowhere) throws IOException {
    Path folder = Files.createTempDirectory("training");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    try {
      server.createContext("/", TrainingRun::answer);
      server.start();
      String host = "127.0.0.1:" + server.getAddress().getPort();
      Path conf = Files.writeString(folder.resolve("training.conf"), conf(host, folder));
      Surroundings surroundings =
          new Surroundings(nowhere, nowhere, Map.of(), OptionalInt.empty(), System::nanoTime);
      try (InjectionJob job = new InjectionJob(surroundings)) {
        new Program(surroundings, job).run("oci", NAME, "-c", conf.toString(), "--json", "-q");
      }
    } finally {
      server.stop(0);
      delete(folder);
    }
  }

  private static String conf(String host, Path folder) {
    return """
        OCI_REGISTRY=%1$s
        OCI_INSECURE=http://%1$s
        OCI_CACHE=%2$s
        OCI_AUTH=user:password
        OCI_SPEC=%2$s/training.conf
        CVMFS_REPOSITORY_NAME=training.example.org
        CVMFS_SERVER_URL=http://%1$s/cvmfs/@fqrn@
        CVMFS_PUBLIC_KEY=%2$s/training.conf
        CVMFS_MAX_RETRIES=0
        CVMFS_BACKOFF_INIT=0
        CVMFS_BACKOFF_MAX=0
        """
        .formatted(host, folder);
  }

  private static void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      byte[] config = config().getBytes(UTF_8);
      if (path.equals("/v2/")) {
        send(exchange, 200, new byte[] {'{', '}'});
      } else if (path.contains("/manifests/")) {
        exchange
            .getResponseHeaders()
            .set("Content-Type", "application/vnd.oci.image.manifest.v1+json");
        send(exchange, 200, manifest(config).getBytes(UTF_8));
      } else if (path.endsWith(Digest.sha256(config).toString())) {
        send(exchange, 200, config);
      } else {
        send(exchange, 404, new byte[] {'?'});
      }
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, head ? -1 : body.length);
    if (!head) {
      exchange.getResponseBody().write(body);
    }
  }

  private static String config() {
    return """
        {"architecture":"amd64","os":"linux","config":{"Labels":{"a":"b"}},\
        "rootfs":{"type":"layers","diff_ids":["%s"]},"history":[{"created_by":"x"}]}"""
        .formatted(EmptyLayer.layer().diffId());
  }

  private static String manifest(byte[] config) {
    return """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
        "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":%d},\
        "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"%s","size":%d}]}"""
        .formatted(
            Digest.sha256(config),
            config.length,
            EmptyLayer.layer().blob(),
            EmptyLayer.layer().size());
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
