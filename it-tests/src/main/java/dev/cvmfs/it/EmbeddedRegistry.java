package dev.cvmfs.it;

import io.github.sgtsilvio.oci.registry.DistributionRegistryStorage;
import io.github.sgtsilvio.oci.registry.OciRegistryHandler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/** A registry inside our own process: no installation, but also no DELETE and no accounts. */
public final class EmbeddedRegistry implements RunningRegistry {
  private final DisposableServer server;
  private final List<RegistryRequest> log = new CopyOnWriteArrayList<>();
  private final List<Event> events = new CopyOnWriteArrayList<>();

  private record Event(Predicate<RegistryRequest> requests, Runnable action) {}

  private EmbeddedRegistry(OciRegistryHandler handler) {
    this.server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .handle((request, response) -> answer(handler, request, response))
            .bindNow();
  }

  /** Starts a registry that keeps its files in a folder. */
  public static EmbeddedRegistry start(Path folder) throws IOException {
    Files.createDirectories(folder);
    return new EmbeddedRegistry(new OciRegistryHandler(new DistributionRegistryStorage(folder)));
  }

  @Override
  public String host() {
    return "127.0.0.1:" + server.port();
  }

  @Override
  public List<RegistryRequest> requests() {
    return List.copyOf(log);
  }

  /**
   * From the next request on, does something before such a request is answered. It may run on
   * several threads at once, and may itself use the registry.
   */
  public void before(Predicate<RegistryRequest> requests, Runnable action) {
    events.add(new Event(requests, action));
  }

  /** Ends what was asked for with {@link #before}. */
  public void forgetEvents() {
    events.clear();
  }

  @Override
  public void close() {
    server.disposeNow();
  }

  private Publisher<Void> answer(
      OciRegistryHandler handler, HttpServerRequest request, HttpServerResponse response) {
    RegistryRequest seen =
        new RegistryRequest(
            request.method().name(),
            request.uri(),
            Optional.ofNullable(request.requestHeaders().get("User-Agent")).orElse(""));
    log.add(seen);
    List<Runnable> actions =
        events.stream().filter(event -> event.requests().test(seen)).map(Event::action).toList();
    if (actions.isEmpty()) {
      return handler.apply(request, response);
    }
    // Not on the thread that reads from the network: the action may wait for this very registry.
    return Mono.fromRunnable(() -> actions.forEach(Runnable::run))
        .subscribeOn(Schedulers.boundedElastic())
        .then(Mono.defer(() -> Mono.from(handler.apply(request, response))));
  }
}
