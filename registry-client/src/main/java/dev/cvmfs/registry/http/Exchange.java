package dev.cvmfs.registry.http;

import dev.cvmfs.registry.RegistryFailure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop that all requests go through:
 *
 * <ol>
 *   <li>Wait until the host wants to hear from us ({@link HostGates}).
 *   <li>Ask the {@link Authorizer} for an authorization and send the request.
 *   <li>A redirect: check it against the policy ({@link Redirects}) and go to 2 with its target.
 *   <li>A refusal the authorizer can do something about (at most {@value #MAX_REFUSALS}): go to 2.
 *   <li>Success or a permanent error: this is the answer.
 *   <li>A transient error or a broken connection: wait as {@code Retry-After} says or at random,
 *       and go to 1 with the original URL, because the target of a redirect may have expired.
 * </ol>
 *
 * <p>A request that must not be repeated ends at its first transient error; the uploader knows what
 * to ask the registry then. A refusal is safe to answer in any case: what is refused is not done.
 */
public final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final int MAX_REFUSALS = 3;
  private static final int LONGEST_ERROR = 64 * 1024;

  private final Transport transport;
  private final Authorizer authorizer;
  private final Waiting waiting;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  public Exchange(Transport transport, Authorizer authorizer, Waiting waiting) {
    this.transport = transport;
    this.authorizer = authorizer;
    this.waiting = waiting;
  }

  /** A fresh count of attempts, for those who cannot leave the repeating to this loop. */
  public Retries retries() {
    return waiting.retries();
  }

  /**
   * The final answer, with its body still on the wire. Bodies of errors are in memory, and cut at
   * 64 KiB.
   *
   * @throws RegistryFailure.Transport if there is none
   */
  public Response open(Request request) {
    return exchange(request, response -> response);
  }

  /**
   * The final answer as a whole, read within the loop, so that a cut in the body is mended too.
   *
   * @param limit of the body in bytes; more is cut off, see {@link Reply#isComplete}
   * @throws RegistryFailure.Transport if there is none
   */
  public Reply call(Request request, int limit) {
    return exchange(request, response -> response.read(limit));
  }

  /** The final answer, where the body matters only if it is an error. */
  public Reply call(Request request) {
    return call(request, LONGEST_ERROR);
  }

  private interface Reader<T> {
    T read(Response response) throws IOException;
  }

  private <T> T exchange(Request request, Reader<T> reader) {
    Origin origin = Origin.of(request.url());
    boolean mayRepeat = request.repeat() == Request.Repeat.SAFE;
    Retries retries = waiting.retries();
    while (true) {
      waiting.atGate(origin);
      try {
        Response response = follow(request);
        if (!Statuses.isTransient(response.status())
            || !mayRepeat
            || !retries.again(origin, response.headers())) {
          return reader.read(response);
        }
      } catch (SSLHandshakeException | SSLPeerUnverifiedException e) {
        throw Failures.broken(request, e);
      } catch (IOException e) {
        if (!mayRepeat || !retries.again()) {
          throw Failures.broken(request, e);
        }
        LOG.debug("again after {}: {}", e.toString(), request.purpose());
      }
    }
  }

  /** One attempt, through redirects and refusals. */
  private Response follow(Request original) throws IOException {
    Request request = original;
    Redirects redirects = new Redirects();
    for (int refusals = 0; ; ) {
      Optional<String> authorization = authorizer.authorization(request);
      Response response = send(request, authorization);
      if (Statuses.isRedirect(response.status())) {
        request = redirects.next(request, response.read(LONGEST_ERROR));
      } else if (response.status() < 400) {
        return response;
      } else if (response.status() == 417 && request.headers().has("Expect")) {
        response.close();
        request = request.withoutHeader("Expect");
      } else {
        Reply reply = response.read(LONGEST_ERROR);
        if (refusals >= MAX_REFUSALS || !authorizer.refused(request, reply, authorization)) {
          return buffered(reply);
        }
        refusals++;
      }
    }
  }

  private Response send(Request request, Optional<String> authorization) throws IOException {
    Response response =
        transport.send(
            authorization.map(value -> request.header("Authorization", value)).orElse(request));
    LOG.debug("{} {} -> {}", request.method(), Redaction.url(request.url()), response.status());
    for (String warning : response.headers().all("Warning")) {
      if (warned.size() < 100 && warned.add(warning)) {
        LOG.warn("{} says: {}", Origin.of(request.url()).authority(), Redaction.text(warning));
      }
    }
    return response;
  }

  private static Response buffered(Reply reply) {
    URI url = reply.url();
    return new Response(
        reply.status(), reply.headers(), url, new ByteArrayInputStream(reply.body()), () -> {});
  }
}
