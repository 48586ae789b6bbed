/** Downloads that fail over: hosts, proxies, retries and back-off. */
@NullMarked
package dev.cvmfs.shrinkwrap.cvmfs.network;

import org.jspecify.annotations.NullMarked;
