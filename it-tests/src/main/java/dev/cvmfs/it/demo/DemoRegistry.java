package dev.cvmfs.it.demo;

import io.github.sgtsilvio.oci.registry.DistributionRegistryStorage;
import io.github.sgtsilvio.oci.registry.OciRegistryHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

/** An embedded registry that counts what it is asked. */
final class DemoRegistry implements AutoCloseable {
  private final DisposableServer server;
  private final AtomicLong reads;
  private final AtomicLong writes;
  private final AtomicLong bytes;

  /**
   * What a registry was asked.
   *
   * @param reads HEAD and GET requests
   * @param writes all others
   * @param bytes that were sent to it as bodies
   */
  record Traffic(long reads, long writes, long bytes) {}

  private DemoRegistry(
      DisposableServer server, AtomicLong reads, AtomicLong writes, AtomicLong bytes) {
    this.server = server;
    this.reads = reads;
    this.writes = writes;
    this.bytes = bytes;
  }

  /** Starts it at a free port of 127.0.0.1. */
  static DemoRegistry start(Path folder) throws IOException {
    AtomicLong reads = new AtomicLong();
    AtomicLong writes = new AtomicLong();
    AtomicLong bytes = new AtomicLong();
    OciRegistryHandler handler =
        new OciRegistryHandler(new DistributionRegistryStorage(Files.createDirectories(folder)));
    DisposableServer server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle(
                (request, response) -> {
                  (isRead(request) ? reads : writes).incrementAndGet();
                  bytes.addAndGet(contentLength(request));
                  return handler.apply(request, response);
                })
            .bindNow();
    return new DemoRegistry(server, reads, writes, bytes);
  }

  private static boolean isRead(HttpServerRequest request) {
    String method = request.method().name();
    return method.equals("GET") || method.equals("HEAD");
  }

  private static long contentLength(HttpServerRequest request) {
    String length = request.requestHeaders().get("Content-Length");
    return length == null ? 0 : Long.parseLong(length);
  }

  /** What it was asked since the start or the last call of this. */
  Traffic takeTraffic() {
    return new Traffic(reads.getAndSet(0), writes.getAndSet(0), bytes.getAndSet(0));
  }

  /** {@code 127.0.0.1:<port>}, as in image names. */
  String host() {
    return "127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.disposeNow();
  }
}
