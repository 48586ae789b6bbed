package dev.cvmfs.registry.transport;

import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.Timeouts;
import dev.cvmfs.registry.http.Headers;
import dev.cvmfs.registry.http.Request;
import dev.cvmfs.registry.http.RequestBody;
import dev.cvmfs.registry.http.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import org.apache.http.HttpEntity;
import org.apache.http.client.ClientProtocolException;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpUriRequest;
import org.apache.http.client.methods.RequestBuilder;
import org.apache.http.config.RegistryBuilder;
import org.apache.http.config.SocketConfig;
import org.apache.http.conn.socket.ConnectionSocketFactory;
import org.apache.http.conn.socket.PlainConnectionSocketFactory;
import org.apache.http.conn.ssl.DefaultHostnameVerifier;
import org.apache.http.conn.ssl.NoopHostnameVerifier;
import org.apache.http.conn.ssl.SSLConnectionSocketFactory;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.impl.conn.ManagedHttpClientConnectionFactory;
import org.apache.http.impl.conn.PoolingHttpClientConnectionManager;
import org.apache.http.impl.conn.SystemDefaultRoutePlanner;
import org.apache.http.impl.entity.StrictContentLengthStrategy;
import org.apache.http.impl.io.DefaultHttpRequestWriterFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests to one host by Apache's client over a pool of connections. All the library's own
 * cleverness is off: retries (they replay uploads blindly), redirects, cookies, decompression
 * (digests are of raw bytes), the re-encoding of URLs.
 */
final class HostTransport implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HostTransport.class);
  private static final Duration BRIEF = Duration.ofSeconds(3);
  private static final int CONNECTIONS = 32;

  /** Those that say {@code Content-Length: 0} if they have no body. */
  private static final Set<String> WITH_BODY = Set.of("POST", "PUT", "PATCH");

  private final CloseableHttpClient client;
  private final Timeouts timeouts;

  private HostTransport(
      RegistryOptions options,
      EnvironmentProxies proxies,
      SSLContext trusted,
      HostnameVerifier hostnames) {
    this.timeouts = options.timeouts();
    this.client =
        HttpClientBuilder.create()
            .setUserAgent(options.userAgent())
            .setConnectionManager(pool(trusted, hostnames, timeouts))
            .setRoutePlanner(new SystemDefaultRoutePlanner(proxies))
            .setDefaultCredentialsProvider(new ProxyCredentials(proxies))
            .disableConnectionState()
            .disableRedirectHandling()
            .disableAutomaticRetries()
            .disableContentCompression()
            .disableCookieManagement()
            // For cookies alone, since names of hosts are checked above; reading the list takes
            // longer than a whole refresh that has nothing to do.
            .setPublicSuffixMatcher(new PublicSuffixMatcher(List.of(), List.of()))
            .build();
  }

  private static PoolingHttpClientConnectionManager pool(
      SSLContext trusted, HostnameVerifier hostnames, Timeouts timeouts) {
    PoolingHttpClientConnectionManager pool =
        new PoolingHttpClientConnectionManager(
            RegistryBuilder.<ConnectionSocketFactory>create()
                .register("http", PlainConnectionSocketFactory.getSocketFactory())
                .register("https", new SSLConnectionSocketFactory(trusted, hostnames))
                .build(),
            new ManagedHttpClientConnectionFactory(
                DefaultHttpRequestWriterFactory.INSTANCE,
                new WholeHeads(),
                // A length that is no number is an error, and not a body without end.
                StrictContentLengthStrategy.INSTANCE,
                StrictContentLengthStrategy.INSTANCE),
            null,
            null,
            5,
            TimeUnit.MINUTES);
    pool.setMaxTotal(CONNECTIONS);
    pool.setDefaultMaxPerRoute(CONNECTIONS);
    // A request's own holds from when the way is open; before that a proxy may be silent.
    pool.setDefaultSocketConfig(
        SocketConfig.custom().setSoTimeout((int) timeouts.read().toMillis()).build());
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

  /**
   * Sends a request. Closing the answer drops the connection, unless the body was read to its end:
   * the rest of it may be gigabytes.
   */
  Response send(Request request) throws IOException {
    CloseableHttpResponse response = execute(prepared(request));
    HttpEntity entity = response.getEntity();
    return new Response(
        response.getStatusLine().getStatusCode(),
        headers(response),
        request.url(),
        entity == null ? InputStream.nullInputStream() : entity.getContent(),
        response);
  }

  private CloseableHttpResponse execute(HttpUriRequest request) throws IOException {
    try {
      return client.execute(request);
    } catch (ClientProtocolException e) {
      // It has no message of its own.
      throw e.getCause() == null
          ? e
          : new IOException("malformed answer: " + e.getCause().getMessage(), e);
    }
  }

  private HttpUriRequest prepared(Request request) {
    RequestBuilder prepared =
        RequestBuilder.create(request.method())
            .setUri(request.url())
            .setConfig(config(request.patience()))
            .setHeader("Accept-Encoding", "identity");
    for (Headers.Field field : request.headers().fields()) {
      prepared.addHeader(field.name(), field.value());
    }
    if (request.body().isPresent() || WITH_BODY.contains(request.method())) {
      prepared.setEntity(new OutgoingBody(request.body().orElse(RequestBody.EMPTY)));
    }
    return prepared.build();
  }

  private RequestConfig config(Request.Patience patience) {
    boolean brief = patience == Request.Patience.BRIEF;
    Duration connect =
        brief && timeouts.connect().compareTo(BRIEF) > 0 ? BRIEF : timeouts.connect();
    Duration read =
        switch (patience) {
          case BRIEF -> connect;
          case USUAL -> timeouts.read();
          case COMMIT -> timeouts.commit();
        };
    return RequestConfig.custom()
        .setConnectTimeout((int) connect.toMillis())
        .setSocketTimeout((int) read.toMillis())
        // URLs go out to the letter: registries sign theirs.
        .setNormalizeUri(false)
        .build();
  }

  private static Headers headers(CloseableHttpResponse response) {
    return Headers.of(
        Arrays.stream(response.getAllHeaders())
            .map(header -> new Headers.Field(header.getName(), header.getValue()))
            .toList());
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      // Nothing is lost: every body was read or given up before.
      LOG.debug("shutting down: {}", e.toString());
    }
  }
}
