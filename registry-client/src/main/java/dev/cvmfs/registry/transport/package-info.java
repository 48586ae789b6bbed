/**
 * The only place that knows google-http-client and Apache HttpClient: pools of connections, TLS and
 * proxies behind {@link dev.cvmfs.registry.http.Transport}.
 */
@NullMarked
package dev.cvmfs.registry.transport;

import org.jspecify.annotations.NullMarked;
