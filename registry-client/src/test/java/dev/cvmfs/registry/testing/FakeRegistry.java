package dev.cvmfs.registry.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * A registry in this process that behaves ({@link MemoryRepository}) except where a test tells it
 * to misbehave: {@code on("PATCH", ".*").once(call -> call.cut())}. It writes down all it was
 * asked.
 */
public final class FakeRegistry implements AutoCloseable {
  static {
    // Or each answer waits 40 ms for the acknowledgement of its header.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Rule> rules = new CopyOnWriteArrayList<>();
  private final List<Seen> seen = new CopyOnWriteArrayList<>();
  private final Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
  private final MemoryRepository repository = new MemoryRepository();

  private volatile Script guard = repository::handle;

  private record Rule(String method, Pattern target, AtomicInteger left, Script script) {
    boolean takes(Call call) {
      return (method.equals("*") || method.equals(call.method()))
          && target.matcher(call.target()).matches()
          && left.getAndUpdate(count -> Math.max(count - 1, 0)) > 0;
    }
  }

  public FakeRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.setExecutor(threads);
    server.start();
  }

  /** Begins a rule for requests whose path and query match as a whole. Earlier rules go first. */
  public When on(String method, String targetPattern) {
    return new When(method, Pattern.compile(targetPattern));
  }

  /** How often a rule holds. */
  public final class When {
    private final String method;
    private final Pattern target;

    private When(String method, Pattern target) {
      this.method = method;
      this.target = target;
    }

    public void once(Script script) {
      times(1, script);
    }

    public void times(int count, Script script) {
      rules.add(new Rule(method, target, new AtomicInteger(count), script));
    }

    public void always(Script script) {
      times(Integer.MAX_VALUE, script);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /** As it stands in image names. */
  public String host() {
    return "127.0.0.1:" + port();
  }

  public String url() {
    return "http://" + host();
  }

  /** What it holds, whatever the name of the repository. */
  public MemoryRepository repository() {
    return repository;
  }

  /** Every request so far, in order. */
  public List<Seen> seen() {
    return List.copyOf(seen);
  }

  public List<Seen> seen(String method) {
    return seen.stream().filter(request -> request.method().equals(method)).toList();
  }

  /** How many connections there have been. */
  public int connections() {
    return clients.size();
  }

  /** Below {@code /v2/}, requests that are not allowed get this answer, if no rule takes them. */
  public void guard(Predicate<Call> allowed, Script refusal) {
    guard =
        call -> {
          if (!call.path().startsWith("/v2/") || allowed.test(call)) {
            repository.handle(call);
          } else {
            refusal.run(call);
          }
        };
  }

  /** The default behaviour, for rules that only add to it. */
  public void behave(Call call) throws IOException {
    guard.run(call);
  }

  private void handle(HttpExchange exchange) throws IOException {
    Call call = new Call(exchange);
    clients.add(exchange.getRemoteAddress());
    seen.add(new Seen(call.method(), call.target(), call.headers()));
    for (Rule rule : rules) {
      if (rule.takes(call)) {
        rule.script().run(call);
        return;
      }
    }
    behave(call);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
