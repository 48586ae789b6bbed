package dev.cvmfs.shrinkwrap.publisher;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;

/**
 * A web server on 127.0.0.1 for repository folders: {@code /cvmfs/<fqrn>/...}, GET and HEAD,
 * connections kept alive. Which revision a repository shows can be switched while it runs.
 */
public final class RepositoryServer implements AutoCloseable {
  private static final int THREADS = 16;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Map<String, Served> repositories = new ConcurrentHashMap<>();
  private final List<Request> log = new CopyOnWriteArrayList<>();
  private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
  private final List<Refusal> refusals = new CopyOnWriteArrayList<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();

  /**
   * A request that was answered.
   *
   * @param path of the URL, such as {@code /cvmfs/tiny.example.org/.cvmfspublished}
   * @param bytes sent as body
   */
  public record Request(String method, String path, int status, long bytes) {}

  private record Served(Path folder, String manifest) {}

  private record Refusal(Predicate<String> paths, int status) {}

  private record Event(Predicate<String> paths, Runnable action) {}

  private RepositoryServer(HttpServer server) {
    this.server = server;
  }

  /** Starts a server without repositories at a port that is free. */
  public static RepositoryServer start() throws IOException {
    // Without it every answer on a kept connection waits 40 ms for the delayed acknowledgement.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    RepositoryServer server = new RepositoryServer(http);
    http.createContext("/cvmfs/", server::answer);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** Serves a folder with the manifest that is in it as {@code .cvmfspublished}. */
  public RepositoryServer serve(String fqrn, Path folder) {
    repositories.put(fqrn, new Served(folder, ".cvmfspublished"));
    return this;
  }

  /** Serves what a publisher wrote, its newest revision at all times. */
  public RepositoryServer serve(RepositoryPublisher publisher) {
    return serve(publisher.fqrn(), publisher.directory());
  }

  /** Serves a folder with one of its manifests, {@code <revision>.cvmfspublished}. */
  public RepositoryServer serve(String fqrn, Path folder, String revision) {
    repositories.put(fqrn, new Served(folder, revision + ".cvmfspublished"));
    return this;
  }

  /** From the next request on, shows another revision of a repository that is being served. */
  public void show(String fqrn, String revision) {
    repositories.compute(
        fqrn,
        (name, served) -> {
          if (served == null) {
            throw new IllegalArgumentException("not served: " + name);
          }
          return new Served(served.folder(), revision + ".cvmfspublished");
        });
  }

  /** From the next request on, answers requests for such paths with an error status. */
  public void refuse(Predicate<String> paths, int status) {
    refusals.add(new Refusal(paths, status));
  }

  /** Ends all {@link #refuse refusals}. */
  public void refuseNothing() {
    refusals.clear();
  }

  /**
   * From the next request on, does something before a request for such a path is answered. It may
   * run on several threads at once.
   */
  public void before(Predicate<String> paths, Runnable action) {
    events.add(new Event(paths, action));
  }

  /** Ends what was asked for with {@link #before}. */
  public void forgetEvents() {
    events.clear();
  }

  /** {@code http://127.0.0.1:<port>/cvmfs/<fqrn>}, as in {@code CVMFS_SERVER_URL}. */
  public String url(String fqrn) {
    return "http://127.0.0.1:%d/cvmfs/%s".formatted(server.getAddress().getPort(), fqrn);
  }

  /** {@code http://127.0.0.1:<port>/cvmfs/@fqrn@}, for all repositories served here. */
  public String urlTemplate() {
    return url("@fqrn@");
  }

  /** How many TCP connections requests have come in on since the start. */
  public int connections() {
    return clients.size();
  }

  /** All requests answered since the start or the last {@link #forgetRequests}, in their order. */
  public List<Request> requests() {
    return List.copyOf(log);
  }

  public void forgetRequests() {
    log.clear();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      clients.add(exchange.getRemoteAddress());
      String path = exchange.getRequestURI().getPath();
      events.stream()
          .filter(event -> event.paths().test(path))
          .forEach(event -> event.action().run());
      byte[] body = new byte[0];
      int status = refusalOf(path);
      boolean head = exchange.getRequestMethod().equals("HEAD");
      if (status == 0) {
        Path file = find(path);
        if (!head && !exchange.getRequestMethod().equals("GET")) {
          status = 405;
        } else if (Files.isRegularFile(file)) {
          status = 200;
          body = Files.readAllBytes(file);
        } else {
          status = 404;
        }
      }
      Optional<byte[]> part = status == 200 ? part(exchange, body) : Optional.empty();
      if (part.isPresent()) {
        status = 206;
        body = part.get();
      }
      if (status == 200 && path.contains("/data/")) {
        // As Stratum 1 servers do: proxies may keep objects for three days.
        exchange.getResponseHeaders().set("Cache-Control", "max-age=259200");
      }
      log.add(new Request(exchange.getRequestMethod(), path, status, head ? 0 : body.length));
      send(exchange, status, body, head);
    }
  }

  /** The bytes that a {@code Range: bytes=<first>-<last>} asks for. */
  private static Optional<byte[]> part(HttpExchange exchange, byte[] file) {
    String range = exchange.getRequestHeaders().getFirst("Range");
    if (range == null) {
      return Optional.empty();
    }
    String[] bounds = range.substring("bytes=".length()).split("-", 2);
    int first = Integer.parseInt(bounds[0]);
    return Optional.of(Arrays.copyOfRange(file, first, Integer.parseInt(bounds[1]) + 1));
  }

  private static void send(HttpExchange exchange, int status, byte[] body, boolean head)
      throws IOException {
    if (head) {
      exchange.getResponseHeaders().set("Content-Length", Integer.toString(body.length));
    }
    if (head || body.length == 0) {
      exchange.sendResponseHeaders(status, -1);
      return;
    }
    exchange.sendResponseHeaders(status, body.length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(body);
    }
  }

  private int refusalOf(String path) {
    return refusals.stream()
        .filter(refusal -> refusal.paths().test(path))
        .mapToInt(Refusal::status)
        .findFirst()
        .orElse(0);
  }

  /** The file for a URL path; one that does not exist if there is none inside the folder. */
  private Path find(String path) {
    String[] parts = path.split("/", 4);
    Served served = parts.length == 4 ? repositories.get(parts[2]) : null;
    if (served == null) {
      return Path.of("nothing-is-served-here");
    }
    String name = parts[3].equals(".cvmfspublished") ? served.manifest() : parts[3];
    Path folder = served.folder().toAbsolutePath().normalize();
    Path file = folder.resolve(name).normalize();
    return file.startsWith(folder) ? file : folder.resolve("outside");
  }
}
