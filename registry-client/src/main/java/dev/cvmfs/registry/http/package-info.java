/**
 * One request, one loop: everything the client says to any host goes through {@link
 * dev.cvmfs.registry.http.Exchange}, which authorises, sends, follows redirects, waits and repeats.
 * How bytes reach a host is behind {@link dev.cvmfs.registry.http.Transport}; who we are is behind
 * {@link dev.cvmfs.registry.http.Authorizer}.
 */
@NullMarked
package dev.cvmfs.registry.http;

import org.jspecify.annotations.NullMarked;
