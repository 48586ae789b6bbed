package dev.cvmfs.registry;

/**
 * What has gone over the wire.
 *
 * @param requests HTTP requests sent, including retries, redirects and token requests
 * @param bytesReceived bytes of response bodies
 * @param bytesSent bytes of request bodies
 */
public record TransferCounters(long requests, long bytesReceived, long bytesSent) {}
