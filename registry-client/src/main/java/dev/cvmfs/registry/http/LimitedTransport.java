package dev.cvmfs.registry.http;

import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Lets only so many requests at once through to each host. They count until the head of the answer
 * is there, not longer: whoever reads one blob while he asks for another would wait for himself.
 * For the same reason two kinds of requests do not count: one whose body is still being written, as
 * its writer may need an answer before he can go on; and one that is sent while the body of another
 * is written, as where a blob is copied from one repository of a host to another.
 */
public final class LimitedTransport implements Transport {
  private final Transport transport;
  private final int atOnce;
  private final ConcurrentHashMap<Origin, Semaphore> permits = new ConcurrentHashMap<>();
  private final ThreadLocal<Boolean> hasPermit = ThreadLocal.withInitial(() -> false);

  public LimitedTransport(Transport transport, int atOnce) {
    this.transport = transport;
    this.atOnce = atOnce;
  }

  @Override
  public Response send(Request request) throws IOException {
    boolean unbounded =
        request.body().filter(body -> body.length() == RequestBody.UNKNOWN).isPresent();
    if (unbounded || hasPermit.get()) {
      return transport.send(request);
    }
    Semaphore permit =
        permits.computeIfAbsent(Origin.of(request.url()), host -> new Semaphore(atOnce, true));
    try {
      permit.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RegistryFailure.Transport("interrupted while waiting for a registry", e);
    }
    hasPermit.set(true);
    try {
      return transport.send(request);
    } finally {
      hasPermit.remove();
      permit.release();
    }
  }
}
