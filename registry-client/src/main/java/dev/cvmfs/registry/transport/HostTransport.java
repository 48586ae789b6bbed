package dev.cvmfs.registry.transport;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.Timeouts;
import dev.cvmfs.registry.http.Headers;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.conn.ConnectionReleaseTrigger;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.DefaultHostnameVerifier;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.ManagedHttpClientConnectionFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.impl.conn.SystemDefaultRoutePlanner;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to one host by google-http-client over a pool of Apache connections. All the
 * libraries' own cleverness is off: retries (they replay uploads blindly), redirects, cookies,
 * decompression (digests are of raw bytes), the re-encoding of URLs, logging (it logs headers).
 */
final class HostTransport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostTransport.class);
  private static final Duration BRIEF = Duration.ofSeconds(3);
  private static final int CONNECTIONS = 32;

  private final ApacheHttpTransport transport;
  private final Timeouts timeouts;
  private final String userAgent;

  private HostTransport(
      RegistryOptions options,
      EnvironmentProxies proxies,
      SSLContext trusted,
      HostnameVerifier hostnames) {
    this.transport =
        new ApacheHttpTransport(
            HttpClientBuilder.create()
                .setConnectionManager(pool(trusted, hostnames))
                .setRoutePlanner(new SystemDefaultRoutePlanner(proxies))
                .setDefaultCredentialsProvider(new ProxyCredentials(proxies))
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableContentCompression()
                .disableCookieManagement()
                // For cookies alone, since names of hosts are checked above; reading the list takes
                // longer than a whole refresh that has nothing to do.
                .setPublicSuffixMatcher(new PublicSuffixMatcher(List.of(), List.of()))
                .build());
    this.timeouts = options.timeouts();
    this.userAgent = options.userAgent();
  }

  private static PoolingHttpClientConnectionManager pool(
      SSLContext trusted, HostnameVerifier hostnames) {
    PoolingHttpClientConnectionManager pool =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", new SSLConnectionSocketFactory(trusted, hostnames))
                .build(),
            new ManagedHttpClientConnectionFactory(new WholeHeads()),
            null,
            null,
            5,
            TimeUnit.MINUTES);
    pool.setMaxTotal(CONNECTIONS);
    pool.setDefaultMaxPerRoute(CONNECTIONS);
    return pool;
  }

  static HostTransport verified(
      RegistryOptions options, EnvironmentProxies proxies, SSLContext trusted) {
    return new HostTransport(options, proxies, trusted, new DefaultHostnameVerifier());
  }

  static HostTransport unverified(
      RegistryOptions options, EnvironmentProxies proxies, SSLContext credulous) {
    return new HostTransport(options, proxies, credulous, NoopHostnameVerifier.INSTANCE);
  }

  Response send(Request request) throws IOException {
    HttpRequest prepared = prepared(request);
    try {
      HttpResponse response = prepared.execute();
      InputStream body = response.getContent();
      return new Response(
          response.getStatusCode(),
          headers(response),
          request.url(),
          body == null ? InputStream.nullInputStream() : body,
          () -> end(response, body));
    } catch (IllegalArgumentException | IllegalStateException e) {
      if (prepared.getContent() instanceof OutgoingBody body && body.hasThrown(e)) {
        throw e;
      }
      // The library parses some header fields into numbers while it reads an answer.
      throw new IOException("malformed answer: " + e.getMessage(), e);
    }
  }

  /**
   * Lets go of the connection. The library's own way reads the rest of the body first, which may be
   * gigabytes; a body that was read to its end has given its connection back already.
   */
  private static void end(HttpResponse response, @Nullable InputStream body) throws IOException {
    if (body instanceof ConnectionReleaseTrigger connection) {
      connection.abortConnection();
    } else {
      response.disconnect();
    }
  }

  private HttpRequest prepared(Request request) throws IOException {
    HttpRequest prepared =
        transport.createRequestFactory().buildRequest(request.method(), exact(request.url()), null);
    request.body().ifPresent(body -> prepared.setContent(new OutgoingBody(body)));
    prepared.getHeaders().setAcceptEncoding("identity").setUserAgent(userAgent);
    for (Headers.Field field : request.headers().fields()) {
      prepared.getHeaders().set(field.name(), List.of(field.value()));
    }
    boolean brief = request.patience() == Request.Patience.BRIEF;
    Duration connect =
        brief && timeouts.connect().compareTo(BRIEF) > 0 ? BRIEF : timeouts.connect();
    Duration read =
        switch (request.patience()) {
          case BRIEF -> connect;
          case USUAL -> timeouts.read();
          case COMMIT -> timeouts.commit();
        };
    return prepared
        .setConnectTimeout((int) connect.toMillis())
        .setReadTimeout((int) read.toMillis())
        .setNumberOfRetries(0)
        .setFollowRedirects(false)
        .setThrowExceptionOnExecuteError(false)
        .setSuppressUserAgentSuffix(true)
        .setResponseReturnRawInputStream(true)
        .setLoggingEnabled(false)
        .setCurlLoggingEnabled(false);
  }

  /**
   * The URL to the letter. GenericUrl sorts and re-encodes queries even when told to be verbatim
   * ({@code &empty=} loses its equals sign), so the query travels as the end of the path.
   */
  private static GenericUrl exact(URI url) {
    GenericUrl exact = new GenericUrl(url.getScheme() + "://" + url.getRawAuthority(), true);
    String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    exact.setRawPath(url.getRawQuery() == null ? path : path + "?" + url.getRawQuery());
    return exact;
  }

  private static Headers headers(HttpResponse response) {
    List<Headers.Field> fields = new ArrayList<>();
    for (Map.Entry<String, Object> entry : response.getHeaders().entrySet()) {
      if (entry.getValue() instanceof Iterable<?> values) {
        values.forEach(value -> fields.add(new Headers.Field(entry.getKey(), value.toString())));
      } else {
        fields.add(new Headers.Field(entry.getKey(), String.valueOf(entry.getValue())));
      }
    }
    return Headers.of(fields);
  }

  @Override
  public void close() {
    try {
      transport.shutdown();
    } catch (IOException e) {
      // Nothing is lost: every body was read or given up before.
      LOG.debug("shutting down: {}", e.toString());
    }
  }
}
