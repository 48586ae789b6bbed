package dev.cvmfs.it.benchmark;

import dev.cvmfs.it.Command;
import dev.cvmfs.it.RealProcess;
import dev.cvmfs.shrinkwrap.publisher.RepositoryServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A web server for {@code cvmfs/<fqrn>/} below a folder: nginx where it is installed, for real
 * Stratum 1 servers are no slower; else the one of our tests.
 */
record StaticServer(String name, String urlTemplate, AutoCloseable process)
    implements AutoCloseable {

  static StaticServer start(Path folder, List<String> repositories) throws IOException {
    Optional<Path> nginx = find("nginx");
    return nginx.isPresent() ? nginx(nginx.get(), folder) : ours(folder, repositories);
  }

  /** A program in the usual folders for programs. */
  static Optional<Path> find(String program) {
    return Stream.of("/usr/local/bin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/sbin", "/sbin")
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static StaticServer nginx(Path program, Path folder) throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    Path work = Files.createDirectories(folder.resolve("nginx"));
    String user = System.getProperty("user.name").equals("root") ? "user root;" : "";
    Path configuration =
        Files.writeString(
            work.resolve("nginx.conf"),
            """
            daemon off; %s worker_processes 1; pid %2$s/pid; error_log %2$s/error.log;
            events { worker_connections 512; }
            http {
              access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000;
              client_body_temp_path %2$s; proxy_temp_path %2$s; fastcgi_temp_path %2$s;
              uwsgi_temp_path %2$s; scgi_temp_path %2$s;
              server { listen 127.0.0.1:%3$d; root %4$s; }
            }
            """
                .formatted(user, work, port, folder));
    RealProcess process =
        RealProcess.start(
            Command.of(
                program.toString(),
                "-e",
                work.resolve("error.log").toString(),
                "-c",
                configuration.toString()),
            work.resolve("output"));
    process.awaitPort(port);
    return new StaticServer("nginx", "http://127.0.0.1:%d/cvmfs/@fqrn@".formatted(port), process);
  }

  private static StaticServer ours(Path folder, List<String> repositories) throws IOException {
    RepositoryServer server = RepositoryServer.start();
    repositories.forEach(fqrn -> server.serve(fqrn, folder.resolve("cvmfs").resolve(fqrn)));
    return new StaticServer("the web server of our tests", server.urlTemplate(), server);
  }

  @Override
  public void close() throws IOException {
    try {
      process.close();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("the server does not end", e);
    }
  }
}
