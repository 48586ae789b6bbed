package dev.cvmfs.shrinkwrap.cvmfs.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.http.HttpEntity;
import org.apache.http.conn.ConnectionReleaseTrigger;
import org.apache.http.entity.HttpEntityWrapper;

/**
 * A response body that, closed early, drops the connection. Apache's own reads on to the body's end
 * to save the connection, which never returns when a server sends without end.
 */
final class AbortingEntity extends HttpEntityWrapper {

  AbortingEntity(HttpEntity entity) {
    super(entity);
  }

  @Override
  public InputStream getContent() throws IOException {
    return new FilterInputStream(super.getContent()) {
      @Override
      public void close() throws IOException {
        if (in instanceof ConnectionReleaseTrigger connection) {
          // Does nothing if the end was reached: then the connection is back in the pool.
          connection.abortConnection();
        } else {
          in.close();
        }
      }
    };
  }
}
