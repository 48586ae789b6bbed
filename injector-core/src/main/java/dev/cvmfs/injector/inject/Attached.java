package dev.cvmfs.injector.inject;

import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.Referrer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Something in a registry that speaks of one image, by its digest: a signature, an attestation, a
 * list of its parts. It says nothing of an image with another digest.
 *
 * <p>It is found by a tag that cosign makes of the digest ({@code sha256-<hex>.sig}, {@code .att},
 * {@code .sbom}), or because it names the image as its subject (distribution specification,
 * "Listing Referrers").
 *
 * @param subject the image's manifest or index
 * @param digest of what speaks of it
 * @param found the tag, or what kind of artifact it says it is; empty text if it does not say
 */
public record Attached(Kind kind, Digest subject, Digest digest, String found) {

  /** What it is good for. */
  public enum Kind {
    SIGNATURE,
    ATTESTATION,
    SBOM,
    /** Our own statement of what the image was made from. */
    PROVENANCE,
    OTHER;

    /** Whether an image that has this is vouched for by somebody. */
    boolean vouches() {
      return this == SIGNATURE || this == ATTESTATION;
    }

    /** For people and programs. */
    public String text() {
      return this == SBOM ? "SBOM" : name().toLowerCase(Locale.ROOT);
    }
  }

  /** What speaks of an image; a handful of small requests. */
  static List<Attached> to(ImageStore store, Digest subject) {
    List<Attached> found = new ArrayList<>();
    String tag = subject.withDash();
    addTag(store, subject, tag + ".sig", Kind.SIGNATURE, found);
    addTag(store, subject, tag + ".att", Kind.ATTESTATION, found);
    addTag(store, subject, tag + ".sbom", Kind.SBOM, found);
    for (Referrer referrer : store.referrers(subject)) {
      found.add(
          new Attached(
              kind(referrer), subject, referrer.descriptor().digest(), referrer.artifactType()));
    }
    return found;
  }

  private static void addTag(
      ImageStore store, Digest subject, String tag, Kind kind, List<Attached> found) {
    Optional<Digest> digest = store.resolve(tag);
    digest.ifPresent(target -> found.add(new Attached(kind, subject, target, tag)));
  }

  /** There is no list of types: every tool has its own, and they change. */
  private static Kind kind(Referrer referrer) {
    if (referrer.annotations().containsKey(Provenance.ANNOTATION)) {
      return Kind.PROVENANCE;
    }
    String type = referrer.artifactType().toLowerCase(Locale.ROOT);
    if (contains(type, "sbom", "spdx", "cyclonedx", "syft")) {
      return Kind.SBOM;
    }
    if (contains(type, "in-toto", "attestation", "provenance", "slsa", ".att.", "dsse")) {
      return Kind.ATTESTATION;
    }
    // Sigstore's bundles hold either; what they are for is told by none of their types.
    if (contains(type, "signature", "cosign", "sigstore", "notary", ".sig.")) {
      return Kind.SIGNATURE;
    }
    return Kind.OTHER;
  }

  private static boolean contains(String type, String... words) {
    for (String word : words) {
      if (type.contains(word)) {
        return true;
      }
    }
    return false;
  }
}
