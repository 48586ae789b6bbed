package dev.cvmfs.shrinkwrap.cvmfs.network;

import dev.cvmfs.conf.CvmfsNetworkConf;
import java.time.Duration;

/**
 * How patient downloads are.
 *
 * @param timeoutProxy for connections through a proxy ({@code CVMFS_TIMEOUT})
 * @param timeoutDirect for direct ones ({@code CVMFS_TIMEOUT_DIRECT})
 * @param maxRetries of the same URL after a broken transfer
 * @param backoffInitial the first wait is a random part of this; it doubles from there
 * @param backoffMaximum the longest wait
 * @param lowSpeedLimit bytes a second below which a transfer is given up
 * @param maxRedirects how often a server may send us elsewhere
 */
public record NetworkSettings(
    Duration timeoutProxy,
    Duration timeoutDirect,
    int maxRetries,
    Duration backoffInitial,
    Duration backoffMaximum,
    long lowSpeedLimit,
    int maxRedirects) {
  /** As many as CVMFS follows. */
  private static final int MAX_REDIRECTS = 4;

  public static NetworkSettings of(CvmfsNetworkConf conf) {
    return new NetworkSettings(
        conf.timeout(),
        conf.timeoutDirect(),
        conf.maxRetries(),
        conf.backoffInitial(),
        conf.backoffMaximum(),
        conf.lowSpeedLimit(),
        conf.followRedirects() ? MAX_REDIRECTS : 0);
  }

  /** The same with the time-outs for external data. */
  public static NetworkSettings ofExternal(CvmfsNetworkConf conf) {
    NetworkSettings usual = of(conf);
    return new NetworkSettings(
        conf.externalTimeout(),
        conf.externalTimeoutDirect(),
        usual.maxRetries(),
        usual.backoffInitial(),
        usual.backoffMaximum(),
        usual.lowSpeedLimit(),
        usual.maxRedirects());
  }
}
