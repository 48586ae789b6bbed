package dev.cvmfs.registry;

import java.util.Map;

/**
 * Something that refers to an image: a signature, an attestation, a list of its parts.
 *
 * @param descriptor its manifest
 * @param artifactType what kind of thing it is, a media type; empty if that is not said
 * @param annotations what its manifest says about it
 */
public record Referrer(
    Descriptor descriptor, String artifactType, Map<String, String> annotations) {
  public Referrer {
    annotations = Map.copyOf(annotations);
  }
}
