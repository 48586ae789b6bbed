package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The manifest of an image of one platform: an OCI manifest or Docker's schema 2, which differ in
 * media types only (OCI image specification, manifest.md). Immutable; an edit keeps every byte that
 * it is not about.
 */
public final class ImageManifest {
  private static final JsonPointer CONFIG = JsonPointer.compile("/config");
  private static final JsonPointer LAYERS = JsonPointer.compile("/layers");

  /** The last one is what early versions of Docker wrote. */
  private static final Set<String> CONFIG_TYPES =
      Set.of(
          "application/vnd.oci.image.config.v1+json",
          "application/vnd.docker.container.image.v1+json",
          "application/octet-stream");

  private final ManifestKind kind;
  private final JsonDocument document;
  private final Descriptor config;
  private final List<Descriptor> layers;

  private ImageManifest(ManifestKind kind, JsonDocument document) {
    this.kind = kind;
    this.document = document;
    this.config = Descriptors.read(document, CONFIG);
    this.layers =
        IntStream.range(0, document.at(LAYERS).size())
            .mapToObj(position -> Descriptors.read(document, layer(position)))
            .toList();
  }

  /**
   * Reads a manifest.
   *
   * @throws ImageFailure if it is not the manifest of an image with layers: an index (see {@link
   *     ManifestKind#isIndex}), schema 1, an artifact, or broken
   */
  public static ImageManifest parse(RawManifest raw) {
    JsonDocument document = ManifestKind.document(raw);
    ManifestKind kind = ManifestKind.of(document, raw.mediaType());
    if (kind.isIndex()) {
      throw new ImageFailure(
          "the %s is an index of several platforms; choose one of them".formatted(document.name()));
    }
    String configType = document.at(CONFIG).path("mediaType").asText("");
    if (!CONFIG_TYPES.contains(configType)) {
      throw new ImageFailure(
          "the %s is an artifact, not an image: its configuration is of type '%s'"
              .formatted(document.name(), configType));
    }
    boolean isWithoutLayers = document.at(LAYERS).isNull();
    if (!document.at(LAYERS).isArray() && !isWithoutLayers) {
      throw new ImageFailure("the %s has no list of layers".formatted(document.name()));
    }
    return new ImageManifest(kind, document);
  }

  /** The bytes to publish; the original ones if nothing was edited. */
  public RawManifest raw() {
    return new RawManifest(document.bytes(), kind.mediaType());
  }

  public MediaTypeFamily family() {
    return kind.family();
  }

  /** The descriptor of the image's configuration. */
  public Descriptor config() {
    return config;
  }

  /** The descriptors of the layers, lowest first. */
  public List<Descriptor> layers() {
    return layers;
  }

  JsonDocument document() {
    return document;
  }

  /**
   * With another configuration. Where the manifest carries the configuration in the descriptor's
   * {@code data}, the new one takes its place there too.
   */
  public ImageManifest withConfig(ImageConfig newConfig) {
    byte[] bytes = newConfig.bytes();
    Digest digest = Digest.sha256(bytes);
    if (digest.equals(config.digest())) {
      return this;
    }
    JsonDocument edited =
        Descriptors.pointedTo(
            document, CONFIG, new Descriptor(config.mediaType(), digest, bytes.length));
    JsonPointer data = CONFIG.appendProperty("data");
    if (!edited.isAbsent(data)) {
      String base64 = Base64.getEncoder().encodeToString(bytes);
      edited = edited.with(data, JsonNodeFactory.instance.textNode(base64));
    }
    return new ImageManifest(kind, edited);
  }

  /**
   * With other content in place of one layer. What the descriptor says of the old content only
   * ({@code data}, {@code urls}, tables of contents in annotations) goes; the rest stays.
   */
  public ImageManifest withLayer(int position, Descriptor layer) {
    JsonDocument edited = document;
    if (!layer.digest().equals(layers.get(position).digest())) {
      edited = Descriptors.withoutOldContent(edited, layer(position));
    }
    return new ImageManifest(kind, Descriptors.pointedTo(edited, layer(position), layer));
  }

  /** With one more layer, which gets the given position; those from there on move up by one. */
  public ImageManifest withInsertedLayer(int position, Descriptor layer) {
    JsonDocument edited =
        document.isAbsent(LAYERS)
            ? document.with(LAYERS, JsonNodeFactory.instance.arrayNode())
            : document;
    return new ImageManifest(kind, edited.withInserted(LAYERS, position, Descriptors.node(layer)));
  }

  /** With an annotation of a layer, in place of one of that name. */
  ImageManifest withLayerAnnotation(int position, String name, String value) {
    JsonPointer annotations = layer(position).appendProperty("annotations");
    JsonDocument edited =
        document.at(annotations).isObject()
            ? document
            : document.with(annotations, JsonNodeFactory.instance.objectNode());
    return new ImageManifest(
        kind,
        edited.with(annotations.appendProperty(name), JsonNodeFactory.instance.textNode(value)));
  }

  /** An annotation of a layer. */
  public Optional<String> layerAnnotation(int position, String name) {
    JsonNode value =
        document.at(layer(position).appendProperty("annotations").appendProperty(name));
    return value.isTextual() ? Optional.of(value.asText()) : Optional.empty();
  }

  /** Without the layer at the position. */
  public ImageManifest withoutLayer(int position) {
    return new ImageManifest(kind, document.without(layer(position)));
  }

  /** With the places empty that were so before injection. */
  ImageManifest withEmptied(Map<String, String> before) {
    return new ImageManifest(kind, EmptyPlaces.emptyManifest(document, before));
  }

  private static JsonPointer layer(int position) {
    return LAYERS.appendIndex(position);
  }
}
