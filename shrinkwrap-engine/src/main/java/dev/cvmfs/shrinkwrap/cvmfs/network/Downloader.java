package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.http.Answer;
import dev.cvmfs.shrinkwrap.cvmfs.http.Get;
import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException;
import dev.cvmfs.shrinkwrap.cvmfs.http.Transports;
import dev.cvmfs.shrinkwrap.cvmfs.network.Verdict.Blame;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Gets files of one repository from whichever server has them. Safe for use by several threads.
 *
 * <p>Redirects are followed only where the configuration says so, and count as one request more.
 *
 * <p>For each host in turn, beginning with the one that worked last:
 *
 * <ol>
 *   <li>Bad data: once more past all caches ({@code no-cache}), then the next host.
 *   <li>A broken, slow or refused transfer: the same URL again after a wait, up to {@code
 *       CVMFS_MAX_RETRIES} times; then the next proxy if one is in use, else the next host. After a
 *       429 the same, but then the next host in any case.
 *   <li>A proxy's own error: the next proxy. When all proxies have failed, they start over with the
 *       next host.
 *   <li>Any other status: the next host.
 * </ol>
 *
 * When all hosts have failed, so does the download, and its message says what each of them did.
 */
public final class Downloader {
  private static final int DRAIN = 8 * 1024;
  private static final int PARTIAL_CONTENT = 206;

  private final String fqrn;
  private final Rotation<URI> hosts;
  private final Rotation<Optional<URI>> proxies;
  private final NetworkSettings settings;
  private final Transports transports;
  private final RandomGenerator random;
  private final Sleeper sleeper;
  private final LongSupplier nanoTime;
  private final AtomicLong requests = new AtomicLong();
  private final AtomicLong received = new AtomicLong();

  /**
   * @param proxies in order of preference; an empty one means a direct connection
   * @param nanoTime a clock that only goes forward, to measure speeds with
   */
  public Downloader(
      String fqrn,
      Rotation<URI> hosts,
      Rotation<Optional<URI>> proxies,
      NetworkSettings settings,
      Transports transports,
      RandomGenerator random,
      Sleeper sleeper,
      LongSupplier nanoTime) {
    this.fqrn = fqrn;
    this.hosts = hosts;
    this.proxies = proxies;
    this.settings = settings;
    this.transports = transports;
    this.random = random;
    this.sleeper = sleeper;
    this.nanoTime = nanoTime;
  }

  /** How many servers there are. */
  public int hostCount() {
    return hosts.size();
  }

  /** Says that what a host delivered was no good after all: others are preferred from now on. */
  public void distrust(URI host) {
    hosts.failed(host);
  }

  /** Requests sent so far. */
  public long requests() {
    return requests.get();
  }

  /** Bytes of bodies received so far. */
  public long received() {
    return received.get();
  }

  /**
   * Downloads a file.
   *
   * @throws CvmfsFailure.Network if no host gave it
   * @throws CvmfsFailure.Data if one gave something else in its place, and no other gave it
   * @throws IOException if the receiver could not store it
   */
  public <T> Delivery<T> download(Download wanted, Receiver<T> receiver) throws IOException {
    List<String> history = new ArrayList<>();
    boolean badData = false;
    boolean notThere = true;
    for (URI host : hosts.fromCurrent()) {
      Backoff backoff = new Backoff(settings, random, sleeper);
      boolean bypassCaches = false;
      int retries = 0;
      int proxiesLeft = proxies.size();
      while (true) {
        Optional<URI> proxy = proxies.current();
        Attempt<T> attempt = attempt(wanted, host, proxy, bypassCaches, receiver);
        if (attempt.verdict().isEmpty()) {
          return new Delivery<>(attempt.content().orElseThrow(), host);
        }
        Verdict verdict = attempt.verdict().get();
        note(history, host, proxy, verdict);
        badData |= verdict.blame() == Blame.DATA;
        if (verdict.blame() == Blame.DATA && !bypassCaches) {
          bypassCaches = true;
        } else if (verdict.passing() && !bypassCaches && retries < settings.maxRetries()) {
          retries++;
          backoff.pause();
        } else if (verdict.blame() == Blame.PROXY && --proxiesLeft > 0) {
          proxies.failed(proxy);
          retries = 0;
        } else {
          if (verdict.blame() == Blame.PROXY) {
            proxies.restart();
          }
          hosts.failed(host);
          notThere &= verdict.notThere();
          break;
        }
      }
    }
    String message =
        "cannot get %s of %s (%s): %s"
            .formatted(wanted.what(), fqrn, wanted.path(), String.join("; ", history));
    throw badData ? new CvmfsFailure.Data(message) : new CvmfsFailure.Network(message, notThere);
  }

  private record Attempt<T>(Optional<T> content, Optional<Verdict> verdict) {}

  private <T> Attempt<T> attempt(
      Download wanted, URI host, Optional<URI> proxy, boolean bypassCaches, Receiver<T> receiver)
      throws IOException {
    URI uri = URI.create(host + "/" + wanted.path());
    Duration timeout = proxy.isPresent() ? settings.timeoutProxy() : settings.timeoutDirect();
    long limit = wanted.limit();
    try (Answer answer = ask(new Get(uri, timeout, bypassCaches, wanted.range()), proxy)) {
      Optional<Verdict> refusal = Verdict.status(answer, proxy.isPresent());
      if (refusal.isPresent()) {
        drain(answer, timeout);
        return new Attempt<>(Optional.empty(), refusal);
      }
      if (wanted.range().isPresent() && answer.status() != PARTIAL_CONTENT) {
        Verdict whole = Verdict.wrongRange(answer, wanted.range().get());
        return new Attempt<>(Optional.empty(), Optional.of(whole));
      }
      if (answer.length().orElse(0) > limit) {
        throw new BadDataException(
            "announces %,d bytes, but can have %,d at most"
                .formatted(answer.length().getAsLong(), limit));
      }
      T content = receiver.receive(guard(answer, timeout, limit));
      return new Attempt<>(Optional.of(content), Optional.empty());
    } catch (BadDataException e) {
      return new Attempt<>(Optional.empty(), Optional.of(Verdict.badData(e)));
    } catch (TransferException e) {
      return new Attempt<>(Optional.empty(), Optional.of(Verdict.transfer(e, proxy.isPresent())));
    }
  }

  /** Asks once, and on where the answer sends us, as often as that is allowed. */
  private Answer ask(Get first, Optional<URI> proxy) throws IOException {
    Get request = first;
    for (int redirects = 0; ; redirects++) {
      requests.incrementAndGet();
      Answer answer = transports.transport(request.uri(), proxy).get(request);
      Optional<URI> next =
          redirects < settings.maxRedirects()
              ? Redirects.target(request.uri(), answer)
              : Optional.empty();
      if (next.isEmpty()) {
        return answer;
      }
      try (answer) {
        drain(answer, request.timeout());
      }
      request = request.at(next.get());
    }
  }

  /** Reads a short error page, so that the connection can be used again. */
  private void drain(Answer answer, Duration timeout) throws IOException {
    try {
      guard(answer, timeout, DRAIN).readNBytes(DRAIN);
    } catch (TransferException e) {
      // The status has said enough already.
    }
  }

  private GuardedBody guard(Answer answer, Duration timeout, long limit) {
    return new GuardedBody(
        answer.body(), limit, settings.lowSpeedLimit(), timeout, nanoTime, received);
  }

  private static void note(List<String> history, URI host, Optional<URI> proxy, Verdict verdict) {
    String via =
        proxy.map(uri -> " through proxy " + uri.getHost() + ":" + uri.getPort()).orElse("");
    String line = host + via + ": " + verdict.reason();
    if (history.isEmpty() || !history.get(history.size() - 1).startsWith(line)) {
      history.add(line);
    } else {
      history.set(history.size() - 1, line + " (again)");
    }
  }
}
