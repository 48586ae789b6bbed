package dev.cvmfs.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A web server on 127.0.0.1 for one repository folder, which does some files wrong. It can be used
 * as a proxy too, in front of anything: it answers from its folder.
 */
public final class FaultyServer implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path folder;
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private volatile boolean silent;

  /** Answers in place of the file. */
  @FunctionalInterface
  public interface Fault {
    /**
     * Answers.
     *
     * @param content of the file
     */
    void answer(HttpExchange exchange, byte[] content) throws IOException;
  }

  private FaultyServer(HttpServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /** Starts a server without faults. */
  public static FaultyServer start(Path folder) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FaultyServer server = new FaultyServer(http, folder);
    http.createContext("/", server::answer);
    http.setExecutor(server.threads);
    http.start();
    return server;
  }

  /** {@code http://127.0.0.1:<port>}. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** From now on, does this file wrong; its path is below the repository's URL. */
  public FaultyServer fault(String path, Fault fault) {
    faults.put(path, fault);
    return this;
  }

  /** From now on, refuses this file. */
  public FaultyServer refuse(String path, int status) {
    return fault(path, (exchange, content) -> send(exchange, status, new byte[] {'n', 'o'}));
  }

  /** From now on, closes every connection without an answer. */
  public void fallSilent() {
    silent = true;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (silent) {
        return;
      }
      String path = exchange.getRequestURI().getPath().substring(1);
      Path file = folder.resolve(path);
      byte[] content = Files.isRegularFile(file) ? Files.readAllBytes(file) : new byte[0];
      Fault fault = faults.get(path);
      if (fault != null) {
        fault.answer(exchange, content);
      } else {
        send(exchange, content.length > 0 ? 200 : 404, content);
      }
    }
  }

  /** Answers with a body. */
  public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
