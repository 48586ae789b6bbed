package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The images for several platforms behind one name: an OCI index or Docker's manifest list (OCI
 * image specification, image-index.md). Immutable; an edit keeps every byte that it is not about.
 */
public final class ImageIndex {
  private static final JsonPointer MANIFESTS = JsonPointer.compile("/manifests");

  /** What BuildKit says of its attestations, and which image they are about. */
  private static final String REFERENCE_TYPE = "vnd.docker.reference.type";

  private static final String REFERENCE_DIGEST = "vnd.docker.reference.digest";
  private static final String UNKNOWN = "unknown";

  /** What an entry of an index leads to. */
  public enum EntryKind {
    /** An image for one platform. */
    IMAGE,
    /** Another index. */
    INDEX,
    /** A statement about one of the images, true of that digest alone. */
    ATTESTATION,
    /** Something that is no image. */
    OTHER
  }

  /**
   * An entry.
   *
   * @param platform what the index says that it is for; empty if it says nothing
   * @param about the image that an attestation is about, if it says so
   */
  public record Entry(
      EntryKind kind, Descriptor descriptor, Optional<Platform> platform, Optional<Digest> about) {}

  private final ManifestKind kind;
  private final JsonDocument document;
  private final List<Entry> entries;

  private ImageIndex(ManifestKind kind, JsonDocument document) {
    this.kind = kind;
    this.document = document;
    this.entries =
        IntStream.range(0, document.at(MANIFESTS).size())
            .mapToObj(position -> entry(document, position))
            .toList();
  }

  /**
   * Reads an index.
   *
   * @throws ImageFailure if it is none, or has entries that cannot be followed
   */
  public static ImageIndex parse(RawManifest raw) {
    JsonDocument document = ManifestKind.document(raw);
    ManifestKind kind = ManifestKind.of(document, raw.mediaType());
    if (!kind.isIndex()) {
      throw new ImageFailure("the %s is no index".formatted(document.name()));
    }
    return new ImageIndex(kind, document);
  }

  private static Entry entry(JsonDocument document, int position) {
    JsonNode node = document.at(place(position));
    Descriptor descriptor = Descriptors.read(document, place(position));
    Optional<Platform> platform = Platform.of(node.path("platform"));
    return new Entry(kind(node, descriptor, platform), descriptor, platform, about(node));
  }

  private static EntryKind kind(JsonNode node, Descriptor descriptor, Optional<Platform> platform) {
    boolean isUnknown =
        platform
            .filter(p -> p.os().equals(UNKNOWN) && p.architecture().equals(UNKNOWN))
            .isPresent();
    if (isUnknown || !node.path("annotations").path(REFERENCE_TYPE).isMissingNode()) {
      return EntryKind.ATTESTATION;
    }
    // An artifact, which says what it is instead of for what platform.
    if (!node.path("artifactType").asText("").isEmpty() && platform.isEmpty()) {
      return EntryKind.OTHER;
    }
    return ManifestKind.ofMediaType(descriptor.mediaType())
        .map(known -> known.isIndex() ? EntryKind.INDEX : EntryKind.IMAGE)
        .orElse(EntryKind.OTHER);
  }

  private static Optional<Digest> about(JsonNode node) {
    try {
      String digest = node.path("annotations").path(REFERENCE_DIGEST).asText("");
      return digest.isEmpty() ? Optional.empty() : Optional.of(Digest.parse(digest));
    } catch (IllegalArgumentException e) {
      // An annotation may say anything; this one then is about no image that we know.
      return Optional.empty();
    }
  }

  /** The bytes to publish; the original ones if nothing was edited. */
  public RawManifest raw() {
    return new RawManifest(document.bytes(), kind.mediaType());
  }

  /** In the order of the document. */
  public List<Entry> entries() {
    return entries;
  }

  /**
   * With another manifest in place of one entry's. Platform and annotations stay, but for what the
   * entry said of the old bytes alone.
   */
  public ImageIndex withManifest(int position, RawManifest manifest) {
    Descriptor old = entries.get(position).descriptor();
    if (old.digest().equals(manifest.digest())) {
      return this;
    }
    Descriptor target = new Descriptor(old.mediaType(), manifest.digest(), manifest.bytes().length);
    JsonDocument edited = Descriptors.withoutOldContent(document, place(position));
    return new ImageIndex(kind, Descriptors.pointedTo(edited, place(position), target));
  }

  /** Without the entries at these positions. */
  public ImageIndex without(List<Integer> positions) {
    List<Integer> last = new ArrayList<>(positions);
    last.sort((a, b) -> Integer.compare(b, a));
    JsonDocument edited = document;
    for (int position : last) {
      edited = edited.without(place(position));
    }
    return new ImageIndex(kind, edited);
  }

  private static JsonPointer place(int position) {
    return MANIFESTS.appendIndex(position);
  }
}
