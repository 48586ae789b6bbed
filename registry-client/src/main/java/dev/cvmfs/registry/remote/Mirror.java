package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.RegistryFailure;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A repository at a mirror, for as long as its host is not in trouble. */
final class Mirror {
  private static final Logger LOG = LoggerFactory.getLogger(Mirror.class);

  private final String host;
  private final Supplier<RemoteContent> content;
  private final Set<String> inTrouble;

  /**
   * @param content asked for whenever it is needed; it may have to connect to the host
   * @param inTrouble the hosts that are left alone, for all repositories; safe for several threads
   */
  Mirror(String host, Supplier<RemoteContent> content, Set<String> inTrouble) {
    this.host = host;
    this.content = content;
    this.inTrouble = inTrouble;
  }

  String host() {
    return host;
  }

  /** What the mirror says; empty if it does not have it, or is in trouble. */
  <T> Optional<T> ask(Function<RemoteContent, Optional<T>> reading) {
    if (inTrouble.contains(host)) {
      return Optional.empty();
    }
    try {
      return reading.apply(content.get());
    } catch (RegistryFailure.NotFound e) {
      LOG.debug("not at the mirror: {}", e.getMessage());
    } catch (RegistryFailure e) {
      leaveAlone(e);
    }
    return Optional.empty();
  }

  /** Has it not be asked again. */
  void leaveAlone(RegistryFailure why) {
    if (inTrouble.add(host)) {
      LOG.warn("Mirror {} is left alone from now on: {}", host, why.getMessage());
    }
  }
}
