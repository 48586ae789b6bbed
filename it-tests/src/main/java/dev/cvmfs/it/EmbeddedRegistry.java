package dev.cvmfs.it;

import io.github.sgtsilvio.oci.registry.DistributionRegistryStorage;
import io.github.sgtsilvio.oci.registry.OciRegistryHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A registry inside our own process: no installation, but also no DELETE and no accounts. */
public final class EmbeddedRegistry implements RunningRegistry {
  private final DisposableServer server;

  private EmbeddedRegistry(DisposableServer server) {
    this.server = server;
  }

  /** Starts a registry that keeps its files in a folder. */
  public static EmbeddedRegistry start(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new EmbeddedRegistry(
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle(new OciRegistryHandler(new DistributionRegistryStorage(folder)))
            .bindNow());
  }

  @Override
  public String host() {
    return "127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.disposeNow();
  }
}
