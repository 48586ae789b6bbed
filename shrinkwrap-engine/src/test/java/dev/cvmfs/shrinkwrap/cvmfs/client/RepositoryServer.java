package dev.cvmfs.shrinkwrap.cvmfs.client;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;

/** A web server on this machine for one repository, which can be told to misbehave. */
final class RepositoryServer implements AutoCloseable {

  /** Answers instead of the file. */
  interface Fault {
    void answer(HttpExchange exchange, Optional<byte[]> file) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path root;
  private volatile String revision = "r1";
  private volatile Consumer<HttpExchange> watcher = exchange -> {};
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();

  private RepositoryServer(Path root) throws IOException {
    this.root = root;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::handle);
    server.start();
  }

  static RepositoryServer of(Path root) throws IOException {
    // Read once by the server's classes: without it every small answer waits for a delayed ACK.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    return new RepositoryServer(root);
  }

  /** From now on, this revision's manifest is the published one; at first it is r1's. */
  void publish(String newRevision) {
    revision = newRevision;
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Paths asked for, in order, without the leading slash. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** Sees every request from now on. */
  void watch(Consumer<HttpExchange> newWatcher) {
    watcher = newWatcher;
  }

  void misbehave(String path, Fault fault) {
    faults.put(path, fault);
  }

  /** Serves something else instead of the file. */
  void replace(String path, Function<byte[], byte[]> change) {
    misbehave(path, (exchange, file) -> send(exchange, 200, change.apply(file.orElseThrow())));
  }

  void refuse(String path, int status) {
    misbehave(path, (exchange, file) -> send(exchange, status, new byte[] {'n', 'o'}));
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath().substring(1);
    requests.add(path);
    watcher.accept(exchange);
    Path file = root.resolve(path.equals(".cvmfspublished") ? revision + path : path);
    Optional<byte[]> content =
        Files.isRegularFile(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    try (exchange) {
      Fault fault = faults.get(path);
      if (fault != null) {
        fault.answer(exchange, content);
      } else if (content.isPresent()) {
        send(exchange, 200, content.get());
      } else {
        send(exchange, 404, new byte[0]);
      }
    }
  }

  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    try (OutputStream stream = exchange.getResponseBody()) {
      stream.write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
