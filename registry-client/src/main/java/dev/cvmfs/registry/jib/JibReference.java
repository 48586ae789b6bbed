package dev.cvmfs.registry.jib;

import com.google.cloud.tools.jib.api.ImageReference;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import java.util.Optional;

/**
 * A reference within a registry, {@code repository[:tag][@sha256:…]}, taken apart by jib-core.
 *
 * @param repository the path
 * @param tag the tag, if one is given
 * @param digest the digest, if one is given
 */
public record JibReference(String repository, Optional<String> tag, Optional<String> digest) {

  /**
   * Takes the text apart. Jib guesses at the host (it rejects IPv6 and takes {@code my.org/x} for a
   * host and a name), so the text must come without one.
   *
   * @throws IllegalArgumentException if the text is no reference
   */
  public static JibReference parse(String withoutRegistry) {
    try {
      ImageReference reference = ImageReference.parse("localhost/" + withoutRegistry);
      return new JibReference(reference.getRepository(), reference.getTag(), reference.getDigest());
    } catch (InvalidImageReferenceException e) {
      throw new IllegalArgumentException("not an image reference: '" + withoutRegistry + "'", e);
    }
  }
}
