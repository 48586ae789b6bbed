package dev.cvmfs.registry.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.RegistryFailure;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Settles what kind of manifest a registry has sent. The {@code mediaType} field is what the digest
 * is of, so it goes first; it must not contradict a {@code Content-Type} that names a manifest
 * (distribution specification; else one digest could be read as two images). Without the field the
 * header counts, and without a useful header (old Artifactory says {@code application/json}) the
 * shape.
 */
public final class MediaTypes {
  public static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  public static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  public static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";
  public static final String DOCKER_LIST =
      "application/vnd.docker.distribution.manifest.list.v2+json";

  /** All that this program reads. */
  static final List<String> KNOWN = List.of(OCI_MANIFEST, OCI_INDEX, DOCKER_MANIFEST, DOCKER_LIST);

  private MediaTypes() {}

  /**
   * The media type of a manifest, one of the four.
   *
   * @param purpose what it is read for, as it reads after "cannot"
   * @param contentType the header as it came
   * @throws RegistryFailure.Unsupported if it is of a kind this program does not handle
   * @throws RegistryFailure.Corrupt if it is no manifest, or claims to be two things
   */
  public static String settle(String purpose, Optional<String> contentType, byte[] body) {
    JsonNode root = Json.object(purpose, body);
    Optional<String> header = contentType.map(MediaTypes::withoutParameters);
    if (root.path("schemaVersion").asInt() == 1) {
      throw new RegistryFailure.Unsupported(
          ("Cannot %s: it is of Docker's schema 1, given up in 2017;"
                  + " push the image again with a current tool")
              .formatted(purpose));
    }
    Optional<String> field =
        Optional.of(root.path("mediaType"))
            .filter(JsonNode::isTextual)
            .map(node -> node.asText().toLowerCase(Locale.ROOT));
    if (field.isPresent()
        && header.filter(KNOWN::contains).filter(h -> !h.equals(field.get())).isPresent()) {
      throw corrupt(
          purpose,
          "the registry calls it %s and it calls itself %s".formatted(header.get(), field.get()));
    }
    boolean index = root.path("manifests").isArray();
    // Images without layers have null in their place where tools written in Go made them.
    boolean image = root.path("layers").isArray() || (root.path("layers").isNull() && !index);
    if (index == image) {
      throw index
          ? corrupt(purpose, "it has both layers and manifests")
          : new RegistryFailure.Unsupported(
              "Cannot %s: it is neither an image nor an index of images (%s)"
                  .formatted(purpose, field.or(() -> header).orElse("no media type")));
    }
    String type =
        field.or(() -> header.filter(KNOWN::contains)).orElse(index ? OCI_INDEX : image(root));
    if (!KNOWN.contains(type)) {
      throw new RegistryFailure.Unsupported("Cannot %s: its type is %s".formatted(purpose, type));
    }
    if (index != (type.equals(OCI_INDEX) || type.equals(DOCKER_LIST))) {
      throw corrupt(purpose, "it says %s but has the shape of the other kind".formatted(type));
    }
    return type;
  }

  /**
   * An image without any name for its type: Docker's is recognised by that of its configuration.
   */
  private static String image(JsonNode root) {
    String config = root.path("config").path("mediaType").asText();
    return config.startsWith("application/vnd.docker.") ? DOCKER_MANIFEST : OCI_MANIFEST;
  }

  private static RegistryFailure corrupt(String purpose, String why) {
    return new RegistryFailure.Corrupt("Cannot %s: %s".formatted(purpose, why));
  }

  private static String withoutParameters(String contentType) {
    int semicolon = contentType.indexOf(';');
    String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
    return type.strip().toLowerCase(Locale.ROOT);
  }
}
