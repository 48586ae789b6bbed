package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.RawManifest;
import java.util.Arrays;
import java.util.Optional;

/** The kinds of document that a tag can name and that this program works with. */
public enum ManifestKind {
  OCI_MANIFEST("application/vnd.oci.image.manifest.v1+json", MediaTypeFamily.OCI, false),
  OCI_INDEX("application/vnd.oci.image.index.v1+json", MediaTypeFamily.OCI, true),
  DOCKER_MANIFEST(
      "application/vnd.docker.distribution.manifest.v2+json", MediaTypeFamily.DOCKER, false),
  DOCKER_LIST(
      "application/vnd.docker.distribution.manifest.list.v2+json", MediaTypeFamily.DOCKER, true);

  private static final String SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1+";

  private final String mediaType;
  private final MediaTypeFamily family;
  private final boolean isIndex;

  ManifestKind(String mediaType, MediaTypeFamily family, boolean isIndex) {
    this.mediaType = mediaType;
    this.family = family;
    this.isIndex = isIndex;
  }

  public String mediaType() {
    return mediaType;
  }

  public MediaTypeFamily family() {
    return family;
  }

  /** Whether the document lists manifests of several platforms instead of layers. */
  public boolean isIndex() {
    return isIndex;
  }

  /**
   * Tells what a document is: its own {@code mediaType} and the one it came with must agree where
   * both are known, and where neither is, its shape decides.
   *
   * @throws ImageFailure if it is neither manifest nor index, could be taken for both, or is one
   *     that cannot be edited (schema 1, artifact manifest)
   */
  public static ManifestKind of(RawManifest raw) {
    return of(document(raw), raw.mediaType());
  }

  static JsonDocument document(RawManifest raw) {
    return JsonDocument.read("manifest " + raw.digest(), raw.bytes());
  }

  static ManifestKind of(JsonDocument document, String deliveredAs) {
    JsonNode root = document.root();
    String ownType = root.path("mediaType").asText("");
    if (root.path("schemaVersion").asText("").equals("1")
        || ownType.startsWith(SCHEMA_1)
        || deliveredAs.startsWith(SCHEMA_1)) {
      throw new ImageFailure(
          "the %s is a Docker schema 1 manifest, which has no configuration to edit; push the image again with a current tool, for example skopeo copy --format v2s2"
              .formatted(document.name()));
    }
    refuseAmbiguous(document);
    Optional<ManifestKind> own = ofMediaType(ownType);
    Optional<ManifestKind> delivered = ofMediaType(deliveredAs);
    if (own.isEmpty() && !ownType.isEmpty()) {
      throw new ImageFailure(
          "the %s is of type %s, which is not an image: there is no layer to refresh in it"
              .formatted(document.name(), ownType));
    }
    if (own.isPresent() && delivered.isPresent() && !own.equals(delivered)) {
      throw new ImageFailure(
          "the %s calls itself %s but was delivered as %s; which of both it is cannot be told"
              .formatted(document.name(), ownType, deliveredAs));
    }
    ManifestKind kind = own.or(() -> delivered).orElseGet(() -> ofShape(document));
    if (kind.isIndex != root.path("manifests").isArray()) {
      throw new ImageFailure(
          "the %s is of type %s but %s 'manifests'"
              .formatted(document.name(), kind.mediaType, kind.isIndex ? "has no" : "has"));
    }
    return kind;
  }

  /**
   * A document with the fields of both is read differently by different tools (CVE-2021-41190), so
   * nobody could tell what is being edited.
   */
  private static void refuseAmbiguous(JsonDocument document) {
    JsonNode root = document.root();
    if (root.has("manifests") && (root.has("layers") || root.has("config"))) {
      throw new ImageFailure(
          "the %s has the fields of a manifest and of an index; which of both it is cannot be told"
              .formatted(document.name()));
    }
  }

  static Optional<ManifestKind> ofMediaType(String mediaType) {
    return Arrays.stream(values()).filter(kind -> kind.mediaType.equals(mediaType)).findFirst();
  }

  private static ManifestKind ofShape(JsonDocument document) {
    JsonNode root = document.root();
    if (root.path("manifests").isArray()) {
      return isDocker(root.path("manifests").path(0)) ? DOCKER_LIST : OCI_INDEX;
    }
    if (root.path("config").isObject()) {
      return isDocker(root.path("config")) ? DOCKER_MANIFEST : OCI_MANIFEST;
    }
    throw new ImageFailure(
        "the %s is neither an image manifest nor an index".formatted(document.name()));
  }

  private static boolean isDocker(JsonNode descriptor) {
    return descriptor.path("mediaType").asText("").startsWith("application/vnd.docker.");
  }
}
