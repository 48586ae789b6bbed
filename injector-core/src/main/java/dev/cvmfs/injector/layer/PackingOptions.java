package dev.cvmfs.injector.layer;

import dev.cvmfs.conf.Conf;
import java.util.function.Consumer;

/**
 * How content is packed; what comes out does not depend on it.
 *
 * @param inflation what inflates objects
 * @param bytesInFlight how much memory objects may take that are on their way at a time; at least
 *     {@link #LEAST_IN_FLIGHT}
 */
public record PackingOptions(Inflation inflation, long bytesInFlight) {
  /** What the largest object takes that is not streamed. */
  private static final long LEAST_IN_FLIGHT = 2L * ArrayPool.MOST;

  private static final int MEGABYTE = 1 << 20;
  private static final int USUAL_MEGABYTES = 64;
  private static final int MOST_MEGABYTES = 1 << 16;

  /** Without any configuration. */
  public static final PackingOptions USUAL =
      new PackingOptions(Inflation.ZLIB, (long) USUAL_MEGABYTES * MEGABYTE);

  public PackingOptions {
    if (bytesInFlight < LEAST_IN_FLIGHT) {
      throw new IllegalArgumentException("too little to be in flight: " + bytesInFlight);
    }
  }

  /**
   * As configured.
   *
   * @param warnings is told what cannot be had
   * @throws dev.cvmfs.conf.ConfFailure if the configuration makes no sense
   */
  public static PackingOptions of(Conf conf, Consumer<String> warnings) {
    long megabytes =
        conf.number(
            "OCI_IN_FLIGHT", USUAL_MEGABYTES, LEAST_IN_FLIGHT / MEGABYTE + 1, MOST_MEGABYTES);
    return new PackingOptions(
        Inflation.of(conf.flag("OCI_LIBDEFLATE", false), warnings), megabytes * MEGABYTE);
  }
}
