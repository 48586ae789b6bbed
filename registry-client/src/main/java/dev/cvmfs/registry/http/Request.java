package dev.cvmfs.registry.http;

import java.net.URI;
import java.util.Optional;

/**
 * One request, immutable.
 *
 * @param purpose what it is for, as it reads after "cannot": {@code read the manifest of x}
 * @param method the HTTP method
 * @param url the absolute URL, sent exactly as it is
 * @param headers fields besides those of transport and authorization
 * @param body what to send
 * @param access what the request needs a token for
 * @param repeat whether it may be sent again when nobody knows what became of it
 * @param patience how long the answer may take
 */
public record Request(
    String purpose,
    String method,
    URI url,
    Headers headers,
    Optional<RequestBody> body,
    Optional<Access> access,
    Repeat repeat,
    Patience patience) {

  /** Whether a request whose fate is unknown may be sent again. */
  public enum Repeat {
    /** It changes nothing, or the same thing to the same state. */
    SAFE,
    /** A part of an upload: ask first how far it got. */
    NEVER
  }

  /** How long an answer may take. */
  public enum Patience {
    /** Only a try: a plain http server may wait for ever for the rest of a TLS greeting. */
    BRIEF,
    USUAL,
    /** The registry works on a finished upload before it answers. */
    COMMIT
  }

  /** A request without body, headers and authorization that may be repeated. */
  public static Request of(String method, String purpose, URI url) {
    return new Request(
        purpose,
        method,
        url,
        Headers.NONE,
        Optional.empty(),
        Optional.empty(),
        Repeat.SAFE,
        Patience.USUAL);
  }

  public Request header(String name, String value) {
    return with(url, headers.with(name, value));
  }

  public Request withoutHeader(String name) {
    return with(url, headers.without(name));
  }

  public Request to(URI target) {
    return with(target, headers);
  }

  public Request body(RequestBody content) {
    return new Request(
        purpose, method, url, headers, Optional.of(content), access, repeat, patience);
  }

  public Request access(Access wanted) {
    return new Request(purpose, method, url, headers, body, Optional.of(wanted), repeat, patience);
  }

  /** The same, but never repeated blindly. */
  public Request once() {
    return new Request(purpose, method, url, headers, body, access, Repeat.NEVER, patience);
  }

  /** The same, with time for the registry to finish an upload. */
  public Request patiently() {
    return new Request(purpose, method, url, headers, body, access, repeat, Patience.COMMIT);
  }

  /** A plain GET in place of this request, as a 303 asks for. */
  Request asGet(URI target) {
    return new Request(
        purpose,
        method.equals("HEAD") ? "HEAD" : "GET",
        target,
        headers.without("Content-Type"),
        Optional.empty(),
        access,
        repeat,
        patience);
  }

  /** The same, but given up soon. */
  public Request briefly() {
    return new Request(purpose, method, url, headers, body, access, repeat, Patience.BRIEF);
  }

  private Request with(URI newUrl, Headers newHeaders) {
    return new Request(purpose, method, newUrl, newHeaders, body, access, repeat, patience);
  }
}
