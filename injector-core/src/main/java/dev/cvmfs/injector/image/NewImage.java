package dev.cvmfs.injector.image;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Documents of images that are new: of one without a layer, and of one that has the layers of
 * another (OCI image specification, config.md and manifest.md).
 */
public final class NewImage {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private static final String OCI_LAYER = "application/vnd.oci.image.layer.";
  private static final String DOCKER_LAYER = "application/vnd.docker.image.rootfs.diff.tar";

  private NewImage() {}

  /** The configuration of an image without a layer. */
  public static ImageConfig emptyConfig(Platform platform) {
    ObjectNode json = NODES.objectNode();
    // Tools sort by it; it is no time of any clock.
    json.put("created", "1970-01-01T00:00:00Z");
    json.put("architecture", platform.architecture());
    json.put("os", platform.os());
    if (!platform.variant().isEmpty()) {
      json.put("variant", platform.variant());
    }
    json.putObject("config");
    json.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    json.putArray("history");
    return ImageConfig.parse(json.toString().getBytes(StandardCharsets.UTF_8));
  }

  /**
   * An OCI manifest.
   *
   * @param layers lowest first; Docker's types become those of OCI, which are of the same bytes
   * @throws ImageFailure if there is a layer that is not in the registry, or of a type that nobody
   *     knows
   */
  public static ImageManifest manifest(ImageConfig config, List<Descriptor> layers) {
    byte[] bytes = config.bytes();
    ObjectNode json = NODES.objectNode();
    json.put("schemaVersion", 2).put("mediaType", ManifestKind.OCI_MANIFEST.mediaType());
    json.set(
        "config", Descriptors.node(new Descriptor(CONFIG, Digest.sha256(bytes), bytes.length)));
    ArrayNode array = json.putArray("layers");
    for (Descriptor layer : layers) {
      array.add(
          Descriptors.node(
              new Descriptor(ociType(layer.mediaType()), layer.digest(), layer.size())));
    }
    return ImageManifest.parse(
        new RawManifest(
            json.toString().getBytes(StandardCharsets.UTF_8),
            ManifestKind.OCI_MANIFEST.mediaType()));
  }

  private static String ociType(String type) {
    return switch (type) {
      case DOCKER_LAYER -> OCI_LAYER + "v1.tar";
      case DOCKER_LAYER + ".gzip" -> OCI_LAYER + "v1.tar+gzip";
      case DOCKER_LAYER + ".zstd" -> OCI_LAYER + "v1.tar+zstd";
      default -> {
        if (!type.startsWith(OCI_LAYER + "v1.tar")) {
          throw new ImageFailure(
              "the image has a layer of type %s, which cannot be copied".formatted(type));
        }
        yield type;
      }
    };
  }
}
