package dev.cvmfs.registry.http;

import java.util.Optional;

/** Decides what goes into the {@code Authorization} field. Safe for several threads. */
public interface Authorizer {

  /** The value to send with the request, if any; may fetch a token first. */
  Optional<String> authorization(Request request);

  /**
   * Learns from a refusal.
   *
   * @param sent what was sent with the request
   * @return whether another attempt will send something else and so may succeed
   */
  boolean refused(Request request, Reply reply, Optional<String> sent);

  /** Never authorises anything. */
  static Authorizer none() {
    return new Authorizer() {
      @Override
      public Optional<String> authorization(Request request) {
        return Optional.empty();
      }

      @Override
      public boolean refused(Request request, Reply reply, Optional<String> sent) {
        return false;
      }
    };
  }
}
