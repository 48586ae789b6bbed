package dev.cvmfs.registry.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;

/** One request at a {@link FakeRegistry}, and the ways to answer it or not. */
public final class Call {
  private final HttpExchange exchange;

  Call(HttpExchange exchange) {
    this.exchange = exchange;
  }

  public String method() {
    return exchange.getRequestMethod();
  }

  public String path() {
    return exchange.getRequestURI().getRawPath();
  }

  public String query() {
    return Optional.ofNullable(exchange.getRequestURI().getRawQuery()).orElse("");
  }

  /** Path and query to the letter. */
  public String target() {
    return exchange.getRequestURI().toString();
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name));
  }

  public byte[] body() throws IOException {
    return exchange.getRequestBody().readAllBytes();
  }

  /** Reads a part of the body and then closes the connection. */
  public byte[] bodyCutAt(int bytes) throws IOException {
    byte[] part = exchange.getRequestBody().readNBytes(bytes);
    exchange.close();
    return part;
  }

  /** Sets a header field of the answer. */
  public Call with(String name, String value) {
    exchange.getResponseHeaders().add(name, value);
    return this;
  }

  public void answer(int status) throws IOException {
    answer(status, new byte[0]);
  }

  public void answer(int status, String text) throws IOException {
    answer(status, text.getBytes(StandardCharsets.UTF_8));
  }

  public void answer(int status, byte[] content) throws IOException {
    exchange.getRequestBody().readAllBytes();
    if (method().equals("HEAD") || status == 204 || content.length == 0) {
      if (method().equals("HEAD") && content.length > 0) {
        exchange.getResponseHeaders().set("Content-Length", Integer.toString(content.length));
      }
      exchange.sendResponseHeaders(status, -1);
    } else {
      exchange.sendResponseHeaders(status, content.length);
      exchange.getResponseBody().write(content);
    }
    exchange.close();
  }

  /** Promises all of the content and closes the connection after a part of it. */
  public void answerCutAt(int status, byte[] content, int bytes) throws IOException {
    exchange.sendResponseHeaders(status, content.length);
    exchange.getResponseBody().write(content, 0, bytes);
    exchange.getResponseBody().flush();
    exchange.close();
  }

  /** Promises all of the content, sends a part of it and keeps the client waiting for the rest. */
  public void answerStalledAt(int status, byte[] content, int bytes, CountDownLatch until)
      throws IOException {
    exchange.sendResponseHeaders(status, content.length);
    exchange.getResponseBody().write(content, 0, bytes);
    exchange.getResponseBody().flush();
    try {
      until.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    exchange.close();
  }

  /** Closes the connection without an answer. */
  public void cut() {
    exchange.close();
  }

  Map<String, String> headers() {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    return headers;
  }
}
