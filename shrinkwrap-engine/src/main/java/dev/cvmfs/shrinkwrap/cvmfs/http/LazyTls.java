package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Optional;
import org.apache.http.HttpHost;
import org.apache.http.conn.socket.LayeredConnectionSocketFactory;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.protocol.HttpContext;

/**
 * The library's own TLS, made when it is first needed. Most servers of repositories speak plain
 * HTTP, and to read the machine's certificates takes longer than to ask such a server what is new.
 */
final class LazyTls implements LayeredConnectionSocketFactory {
  private Optional<SSLConnectionSocketFactory> made = Optional.empty();

  private synchronized SSLConnectionSocketFactory tls() {
    if (made.isEmpty()) {
      made = Optional.of(SSLConnectionSocketFactory.getSocketFactory());
    }
    return made.get();
  }

  @Override
  public Socket createSocket(HttpContext context) throws IOException {
    return tls().createSocket(context);
  }

  @Override
  public Socket connectSocket(
      int timeout,
      Socket socket,
      HttpHost host,
      InetSocketAddress remote,
      InetSocketAddress local,
      HttpContext context)
      throws IOException {
    return tls().connectSocket(timeout, socket, host, remote, local, context);
  }

  @Override
  public Socket createLayeredSocket(Socket socket, String target, int port, HttpContext context)
      throws IOException {
    return tls().createLayeredSocket(socket, target, port, context);
  }
}
