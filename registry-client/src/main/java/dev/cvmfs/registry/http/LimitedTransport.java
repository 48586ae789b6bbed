package dev.cvmfs.registry.http;

import dev.cvmfs.registry.RegistryFailure;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Lets only so many requests at once through to each host. They count until the head of the answer
 * is there, not longer: whoever reads one blob while he asks for another would wait for himself.
 * For the same reason, a request whose body is still being written does not count: its writer may
 * need an answer before he can go on.
 */
public final class LimitedTransport implements Transport {
  private final Transport transport;
  private final int atOnce;
  private final ConcurrentHashMap<Origin, Semaphore> permits = new ConcurrentHashMap<>();

  public LimitedTransport(Transport transport, int atOnce) {
    this.transport = transport;
    this.atOnce = atOnce;
  }

  @Override
  public Response send(Request request) throws IOException {
    if (request.body().filter(body -> body.length() == RequestBody.UNKNOWN).isPresent()) {
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
    try {
      return transport.send(request);
    } finally {
      permit.release();
    }
  }
}
