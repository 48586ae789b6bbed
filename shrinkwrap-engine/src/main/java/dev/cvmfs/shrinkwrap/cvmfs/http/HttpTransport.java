package dev.cvmfs.shrinkwrap.cvmfs.http;

import com.google.api.client.http.GenericUrl;
import com.google.api.client.http.HttpHeaders;
import com.google.api.client.http.HttpRequest;
import com.google.api.client.http.HttpRequestFactory;
import com.google.api.client.http.HttpResponse;
import com.google.api.client.http.apache.v2.ApacheHttpTransport;
import dev.cvmfs.shrinkwrap.cvmfs.http.TransferException.Stage;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import javax.net.ssl.SSLException;
import org.apache.http.HttpEntity;
import org.apache.http.HttpHost;
import org.apache.http.HttpResponseInterceptor;
import org.apache.http.NoHttpResponseException;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.HttpClient;
import org.apache.http.client.config.CookieSpecs;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.HttpClientBuilder;

/**
 * HTTP through google-http-client on Apache's client: kept-alive pooled connections, no redirects,
 * no transparent decompression, straight or through one proxy.
 */
final class HttpTransport implements Transport, AutoCloseable {
  /**
   * As many as CVMFS itself opens. More requests than that wait their turn, which has no time-out
   * of its own, since every transfer before them has one; and no thread that has a connection waits
   * for another.
   */
  private static final int MAX_CONNECTIONS_PER_HOST = 16;

  private static final int MAX_CONNECTIONS = 64;

  private final ApacheHttpTransport transport;
  private final HttpRequestFactory requests;
  private final String userAgent;

  HttpTransport(Optional<URI> proxy, String userAgent) {
    this.transport = new ApacheHttpTransport(client(proxy));
    this.requests = transport.createRequestFactory();
    this.userAgent = userAgent;
  }

  private static HttpClient client(Optional<URI> proxy) {
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setSSLSocketFactory(new LazyTls())
            // For cookies alone, of which there are none; the list takes long to read.
            .setPublicSuffixMatcher(new PublicSuffixMatcher(List.of(), List.of()))
            .setMaxConnPerRoute(MAX_CONNECTIONS_PER_HOST)
            .setMaxConnTotal(MAX_CONNECTIONS)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setCookieSpec(CookieSpecs.IGNORE_COOKIES)
                    // URLs are ours, and are to arrive as they were written.
                    .setNormalizeUri(false)
                    .build())
            // A server may close an idle connection at the moment we use it again: that says
            // nothing about the server, so it is not left to the caller's retries.
            .setRetryHandler(
                (exception, count, context) ->
                    count == 1 && exception instanceof NoHttpResponseException)
            .addInterceptorLast(
                (HttpResponseInterceptor)
                    (response, context) -> {
                      HttpEntity entity = response.getEntity();
                      if (entity != null) {
                        response.setEntity(new AbortingEntity(entity));
                      }
                    })
            .disableCookieManagement()
            .disableContentCompression()
            .disableRedirectHandling();
    proxy.ifPresent(
        uri -> {
          HttpHost host = new HttpHost(uri.getHost(), uri.getPort(), uri.getScheme());
          builder.setProxy(host);
          if (uri.getUserInfo() != null) {
            String[] userAndPassword = uri.getUserInfo().split(":", 2);
            BasicCredentialsProvider credentials = new BasicCredentialsProvider();
            credentials.setCredentials(
                new AuthScope(host),
                new UsernamePasswordCredentials(
                    userAndPassword[0], userAndPassword.length > 1 ? userAndPassword[1] : ""));
            builder.setDefaultCredentialsProvider(credentials);
          }
        });
    return builder.build();
  }

  @Override
  public Answer get(Get wanted) throws TransferException {
    Duration timeout = wanted.timeout();
    HttpHeaders headers = new HttpHeaders();
    headers.setUserAgent(userAgent);
    headers.setAcceptEncoding("identity");
    if (wanted.bypassCaches()) {
      headers.setCacheControl("no-cache");
      headers.set("Pragma", "no-cache");
    }
    wanted.range().ifPresent(range -> headers.setRange(range.toString()));
    int milliseconds = Math.toIntExact(timeout.toMillis());
    try {
      HttpRequest request =
          requests
              .buildGetRequest(new GenericUrl(wanted.uri().toString(), true))
              .setHeaders(headers)
              .setConnectTimeout(milliseconds)
              .setReadTimeout(milliseconds)
              .setNumberOfRetries(0)
              .setFollowRedirects(false)
              .setThrowExceptionOnExecuteError(false)
              .setResponseReturnRawInputStream(true)
              .setSuppressUserAgentSuffix(true)
              .setLoggingEnabled(false);
      return new HttpAnswer(request.execute());
    } catch (ConnectTimeoutException e) {
      throw new TransferException(
          Stage.CONNECTION, "no connection within %d s".formatted(timeout.toSeconds()), e);
    } catch (SocketTimeoutException e) {
      throw new TransferException(
          Stage.SLOW, "no answer within %d s".formatted(timeout.toSeconds()), e);
    } catch (UnknownHostException e) {
      throw new TransferException(Stage.CONNECTION, "no such host: " + e.getMessage(), e);
    } catch (ConnectException | NoRouteToHostException e) {
      throw new TransferException(Stage.CONNECTION, reason(e), e);
    } catch (SSLException e) {
      throw new TransferException(Stage.CONNECTION, "TLS: " + reason(e), e);
    } catch (IllegalStateException e) {
      // What Apache throws once the pool has been closed, which happens while others still fetch.
      throw new TransferException(Stage.CONNECTION, reason(e), e);
    } catch (IllegalArgumentException e) {
      // The library parses some header fields into numbers while it reads an answer.
      throw new TransferException(
          Stage.SHORT, "malformed answer (%s)".formatted(e.getMessage()), e);
    } catch (IOException e) {
      throw new TransferException(
          Stage.SHORT, "connection broke before an answer (%s)".formatted(reason(e)), e);
    }
  }

  /** The innermost message: Apache's outer one repeats the address. */
  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : reason(cause);
  }

  @Override
  public void close() {
    try {
      transport.shutdown();
    } catch (IOException e) {
      // Only idle connections are left to close here; the other side notices either way.
    }
  }

  private static final class HttpAnswer implements Answer {
    private final HttpResponse response;
    private final InputStream body;

    HttpAnswer(HttpResponse response) throws IOException {
      this.response = response;
      InputStream content = response.getContent();
      this.body = content == null ? InputStream.nullInputStream() : new AnswerBody(content);
    }

    @Override
    public int status() {
      return response.getStatusCode();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(response.getHeaders().getFirstHeaderStringValue(name));
    }

    @Override
    public OptionalLong length() {
      Long length = response.getHeaders().getContentLength();
      return length == null ? OptionalLong.empty() : OptionalLong.of(length);
    }

    @Override
    public InputStream body() {
      return body;
    }

    @Override
    public void close() {
      try {
        body.close();
      } catch (IOException e) {
        // The connection is given up; what was read has been judged already.
      }
    }
  }
}
