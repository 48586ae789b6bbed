package dev.cvmfs.shrinkwrap.cvmfs.network;

import java.net.URI;

/**
 * What a download brought.
 *
 * @param host the server URL it came from
 */
public record Delivery<T>(T content, URI host) {}
