package dev.cvmfs.shrinkwrap.cvmfs;

/**
 * What has been fetched so far.
 *
 * @param requests HTTP requests sent, including retries
 * @param bytesReceived bytes of response bodies
 * @param catalogs catalogs opened, from the network or the cache
 */
public record TransferCounters(long requests, long bytesReceived, long catalogs) {}
