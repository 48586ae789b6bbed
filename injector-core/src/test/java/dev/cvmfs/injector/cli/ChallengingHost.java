package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry that wants a login for everything, and is content with none. */
final class ChallengingHost implements AutoCloseable {
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  ChallengingHost() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          authorizations.add(authorization == null ? "none" : authorization);
          exchange.getResponseHeaders().add("WWW-Authenticate", "Basic realm=\"test\"");
          exchange.sendResponseHeaders(401, -1);
          exchange.close();
        });
    server.start();
  }

  /** The header that a login arrives in. */
  static String basic(String login) {
    return "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
  }

  /** As it stands in images' names. */
  String name() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** What every request so far had to say for itself, or {@code none}. */
  List<String> authorizations() {
    return authorizations;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
