package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.auth.Credentials;
import dev.cvmfs.registry.auth.RegistryAuthorizer;
import dev.cvmfs.registry.blob.UploadHabits;
import dev.cvmfs.registry.http.Authorizer;
import dev.cvmfs.registry.http.Counters;
import dev.cvmfs.registry.http.CountingTransport;
import dev.cvmfs.registry.http.Exchange;
import dev.cvmfs.registry.http.HostGates;
import dev.cvmfs.registry.http.LimitedTransport;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.http.Transport;
import dev.cvmfs.registry.http.Waiting;
import dev.cvmfs.registry.layout.LayoutImageStore;
import dev.cvmfs.registry.transport.HostTransports;
import dev.cvmfs.registry.transport.InsecureHosts;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * A client for any number of repositories at any number of registries. They share connections, what
 * hosts asked for with {@code Retry-After}, what was learned about how hosts take uploads, and
 * which mirrors are in trouble. Safe for several threads.
 */
public final class RegistryClient implements AutoCloseable {
  private static final long CHUNK = 16 * 1024 * 1024;

  private final RegistryOptions options;
  private final HostTransports transports;
  private final InsecureHosts insecure;
  private final SchemeProbe schemes;
  private final Credentials credentials;
  private final UploadHabits habits = new UploadHabits();
  private final Set<String> mirrorsInTrouble = ConcurrentHashMap.newKeySet();
  private final HostGates gates;
  private final Transport limited;
  private final long chunk;

  /**
   * Reads the certificate authorities the options name; connects to nothing yet.
   *
   * @throws java.io.UncheckedIOException if their file cannot be read
   * @throws IllegalArgumentException if the environment names a proxy we cannot use
   */
  public RegistryClient(RegistryOptions options) {
    this(options, CHUNK);
  }

  /**
   * @param chunk size in bytes of the parts of uploads that go in parts
   */
  RegistryClient(RegistryOptions options, long chunk) {
    this.options = options;
    this.transports = new HostTransports(options);
    this.insecure = new InsecureHosts(options.insecureHosts());
    this.schemes = new SchemeProbe(insecure);
    this.credentials = new Credentials(options);
    this.gates = new HostGates(options.limits().interval());
    this.limited = new LimitedTransport(transports, options.limits().requestsAtOnce());
    this.chunk = chunk;
  }

  /**
   * Opens the repository or the layout an image is in. Only for hosts named as insecure something
   * is sent, to find out whether they speak TLS. Closing the store leaves the client open.
   *
   * @throws RegistryFailure.Transport if a host named as insecure cannot be reached
   */
  public ImageStore open(ImageName name) {
    return store(name, () -> {});
  }

  /** Opens one repository with a client of its own, which is closed with the store. */
  public static ImageStore connect(ImageName name, RegistryOptions options) {
    RegistryClient client = new RegistryClient(options);
    return client.store(name, client::close);
  }

  private ImageStore store(ImageName name, Runnable onClose) {
    if (name.layout().isPresent()) {
      return new LayoutImageStore(name, options.clock(), onClose);
    }
    Counters counters = new Counters();
    RepositoryEndpoint repository = endpoint(name, Optional.empty(), counters);
    List<Mirror> mirrors =
        options.mirrors().getOrDefault(name.registry(), List.of()).stream()
            .map(host -> mirror(name, host, counters))
            .toList();
    NearestContent content = new NearestContent(RemoteContent.of(repository), mirrors);
    return new RemoteImageStore(name, repository, content, habits, chunk, counters, onClose);
  }

  private Mirror mirror(ImageName name, String host, Counters counters) {
    Supplier<RemoteContent> content =
        () ->
            RemoteContent.of(endpoint(onHost(name, host), Optional.of(name.registry()), counters));
    return new Mirror(host, once(content), mirrorsInTrouble);
  }

  private static ImageName onHost(ImageName name, String host) {
    return new ImageName(host, name.repository(), name.tag(), name.digest());
  }

  private RepositoryEndpoint endpoint(
      ImageName name, Optional<String> mirrored, Counters counters) {
    Transport transport = new CountingTransport(limited, counters);
    Waiting waiting =
        new Waiting(options.retries(), options.clock(), options.sleeper(), options.random(), gates);
    Exchange anonymous = new Exchange(transport, Authorizer.none(), waiting);
    URI base = schemes.baseOf(name.registry(), transport, waiting.retries());
    Authorizer authorizer =
        new RegistryAuthorizer(
            base,
            once(() -> mirrored.isEmpty() ? credentials.find(name) : credentials.findInFiles(name)),
            insecure::contains,
            anonymous,
            options.clock());
    Exchange exchange = new Exchange(transport, authorizer, waiting);
    return new RepositoryEndpoint(base, name.repository(), mirrored, exchange);
  }

  /**
   * Credentials are looked up, and mirrors spoken to, when they are first needed, and only then.
   */
  private static <T> Supplier<T> once(Supplier<T> lookUp) {
    return new Supplier<>() {
      private Optional<T> found = Optional.empty();

      @Override
      public synchronized T get() {
        if (found.isEmpty()) {
          found = Optional.of(lookUp.get());
        }
        return found.get();
      }
    };
  }

  @Override
  public void close() {
    transports.close();
  }
}
