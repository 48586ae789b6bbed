package dev.cvmfs.it.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Forwards connections to a server on 127.0.0.1 and counts them. */
final class CountingProxy implements AutoCloseable {
  private final ServerSocket listening;
  private final int target;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private CountingProxy(ServerSocket listening, int target) {
    this.listening = listening;
    this.target = target;
  }

  /**
   * Starts one.
   *
   * @param host the server: {@code 127.0.0.1:<port>}
   */
  static CountingProxy before(String host) throws IOException {
    CountingProxy proxy =
        new CountingProxy(
            new ServerSocket(0, 50, InetAddress.getLoopbackAddress()),
            Integer.parseInt(host.substring(host.indexOf(':') + 1)));
    proxy.threads.execute(proxy::acceptAll);
    return proxy;
  }

  String host() {
    return "127.0.0.1:" + listening.getLocalPort();
  }

  int connections() {
    return clients.size();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        clients.add(client);
        threads.execute(() -> pump(client, server));
        threads.execute(() -> pump(server, client));
      }
    } catch (IOException e) {
      threads.shutdown(); // closed: all is counted
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      in.transferTo(out);
    } catch (IOException e) {
      // One side went away, and with it the connection.
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    for (Socket client : clients) {
      client.close();
    }
    threads.shutdownNow();
  }
}
