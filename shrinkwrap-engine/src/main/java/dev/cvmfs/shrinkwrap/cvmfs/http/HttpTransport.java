package dev.cvmfs.shrinkwrap.cvmfs.http;

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
import org.apache.http.Header;
import org.apache.http.HttpClientConnection;
import org.apache.http.HttpEntity;
import org.apache.http.HttpException;
import org.apache.http.HttpHost;
import org.apache.http.HttpRequest;
import org.apache.http.HttpResponse;
import org.apache.http.NoHttpResponseException;
import org.apache.http.auth.AuthScope;
import org.apache.http.auth.UsernamePasswordCredentials;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.client.methods.CloseableHttpResponse;
import org.apache.http.client.methods.HttpGet;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.conn.ConnectTimeoutException;
import org.apache.http.conn.util.PublicSuffixMatcher;
import org.apache.http.impl.client.BasicCredentialsProvider;
import org.apache.http.impl.client.CloseableHttpClient;
import org.apache.http.impl.client.HttpClientBuilder;
import org.apache.http.protocol.HttpContext;
import org.apache.http.protocol.HttpRequestExecutor;

/**
 * HTTP through Apache's client: kept-alive pooled connections, no redirects, no transparent
 * decompression, straight or through one proxy.
 */
final class HttpTransport implements Transport, AutoCloseable {
  /**
   * As many as CVMFS itself opens. More requests than that wait their turn, which has no time-out
   * of its own, since every transfer before them has one; and no thread that has a connection waits
   * for another.
   */
  private static final int MAX_CONNECTIONS_PER_HOST = 16;

  private static final int MAX_CONNECTIONS = 64;

  private final CloseableHttpClient client;

  HttpTransport(Optional<URI> proxy, String userAgent) {
    this.client = client(proxy, userAgent);
  }

  private static CloseableHttpClient client(Optional<URI> proxy, String userAgent) {
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setUserAgent(userAgent)
            .setSSLSocketFactory(new LazyTls())
            // For cookies alone, of which there are none; the list takes long to read.
            .setPublicSuffixMatcher(new PublicSuffixMatcher(List.of(), List.of()))
            .setMaxConnPerRoute(MAX_CONNECTIONS_PER_HOST)
            .setMaxConnTotal(MAX_CONNECTIONS)
            .setRequestExecutor(new ImpatientExecutor())
            // A server may close an idle connection at the moment we use it again: that says
            // nothing about the server, so it is not left to the caller's retries.
            .setRetryHandler(
                (exception, count, context) ->
                    count == 1 && exception instanceof NoHttpResponseException)
            .disableConnectionState()
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
    try {
      return new HttpAnswer(client.execute(request(wanted)));
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
      throw new TransferException(Stage.TLS, "TLS: " + reason(e), e);
    } catch (IllegalStateException e) {
      // What Apache throws once the pool has been closed, which happens while others still fetch.
      throw new TransferException(Stage.CONNECTION, reason(e), e);
    } catch (IOException e) {
      throw new TransferException(
          Stage.SHORT, "connection broke before an answer (%s)".formatted(reason(e)), e);
    }
  }

  private static HttpGet request(Get wanted) {
    int milliseconds = Math.toIntExact(wanted.timeout().toMillis());
    HttpGet request = new HttpGet(wanted.uri());
    request.setConfig(
        RequestConfig.custom()
            .setConnectTimeout(milliseconds)
            .setSocketTimeout(milliseconds)
            // URLs are ours, and are to arrive as they were written.
            .setNormalizeUri(false)
            .build());
    request.setHeader("Accept-Encoding", "identity");
    if (wanted.bypassCaches()) {
      request.setHeader("Cache-Control", "no-cache");
      request.setHeader("Pragma", "no-cache");
    }
    wanted.range().ifPresent(range -> request.setHeader("Range", range.toString()));
    return request;
  }

  /** The innermost message: Apache's outer one repeats the address. */
  private static String reason(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? String.valueOf(failure.getMessage()) : reason(cause);
  }

  @Override
  public void close() {
    try {
      client.close();
    } catch (IOException e) {
      // Only idle connections are left to close here; the other side notices either way.
    }
  }

  /**
   * Has the request's time-out hold from the first byte on. Apache's own sets it when the way to
   * the server is open, so that a proxy that never answers CONNECT would be waited for without end.
   */
  private static final class ImpatientExecutor extends HttpRequestExecutor {
    @Override
    public HttpResponse execute(
        HttpRequest request, HttpClientConnection connection, HttpContext context)
        throws IOException, HttpException {
      connection.setSocketTimeout(
          HttpClientContext.adapt(context).getRequestConfig().getSocketTimeout());
      return super.execute(request, connection, context);
    }
  }

  private static final class HttpAnswer implements Answer {
    private final CloseableHttpResponse response;
    private final Optional<HttpEntity> entity;
    private final InputStream body;

    HttpAnswer(CloseableHttpResponse response) throws IOException {
      this.response = response;
      this.entity = Optional.ofNullable(response.getEntity());
      this.body =
          entity.isPresent()
              ? new AnswerBody(entity.get().getContent())
              : InputStream.nullInputStream();
    }

    @Override
    public int status() {
      return response.getStatusLine().getStatusCode();
    }

    @Override
    public Optional<String> header(String name) {
      return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue);
    }

    @Override
    public OptionalLong length() {
      long length = entity.map(HttpEntity::getContentLength).orElse(-1L);
      return length < 0 ? OptionalLong.empty() : OptionalLong.of(length);
    }

    @Override
    public InputStream body() {
      return body;
    }

    /**
     * Drops the connection if the body was not read to its end; it is back in the pool otherwise.
     * Closing the body instead would read on to its end, which some servers' bodies have not.
     */
    @Override
    public void close() {
      try {
        response.close();
      } catch (IOException e) {
        // The connection is given up; what was read has been judged already.
      }
    }
  }
}
