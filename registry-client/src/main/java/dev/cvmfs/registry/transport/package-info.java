/**
 * The only place that knows Apache HttpClient: pools of connections, TLS and proxies behind {@link
 * dev.cvmfs.registry.http.Transport}.
 */
@NullMarked
package dev.cvmfs.registry.transport;

import org.jspecify.annotations.NullMarked;
