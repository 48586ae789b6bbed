package dev.cvmfs.registry.layout;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.manifest.Json;
import dev.cvmfs.registry.manifest.MediaTypes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The {@code index.json} of a layout: its images, and under which tags. What we do not understand
 * in it stays. A layout's only image may have no name at all (skopeo and buildah write it so when
 * they are given none); it is {@code latest}.
 */
final class LayoutIndex {
  private static final String NAME = "org.opencontainers.image.ref.name";

  private final String place;
  private final ObjectNode json;

  private LayoutIndex(String place, ObjectNode json) {
    this.place = place;
    this.json = json;
  }

  /**
   * Reads one.
   *
   * @param place the file, for messages
   * @throws RegistryFailure.Corrupt if it is not an index
   */
  static LayoutIndex parse(String place, byte[] bytes) {
    ObjectNode json = Json.object("read " + place, bytes);
    if (!json.path("manifests").isArray()) {
      throw new RegistryFailure.Corrupt("Cannot read %s: it is not an index".formatted(place));
    }
    return new LayoutIndex(place, json);
  }

  static LayoutIndex empty(String place) {
    ObjectNode json = Json.empty();
    json.put("schemaVersion", 2).put("mediaType", MediaTypes.OCI_INDEX).putArray("manifests");
    return new LayoutIndex(place, json);
  }

  byte[] bytes() {
    return Json.bytes(json);
  }

  Set<String> tags() {
    Set<String> tags = new TreeSet<>();
    for (JsonNode entry : manifests()) {
      name(entry).ifPresent(tags::add);
    }
    if (tags.isEmpty() && position(ImageName.DEFAULT_TAG) >= 0) {
      tags.add(ImageName.DEFAULT_TAG);
    }
    return tags;
  }

  /** All images, those without names too. */
  List<Descriptor> images() {
    List<Descriptor> images = new ArrayList<>();
    manifests().forEach(entry -> images.add(descriptor(entry)));
    return images;
  }

  Optional<Descriptor> find(String tag) {
    int position = position(tag);
    return position < 0 ? Optional.empty() : Optional.of(descriptor(manifests().get(position)));
  }

  /** Makes a tag name an image; whatever else was said of the tag stays. */
  void put(String tag, Descriptor image) {
    int position = position(tag);
    ObjectNode entry =
        position >= 0 && manifests().get(position) instanceof ObjectNode known
            ? known
            : manifests().addObject();
    describe(entry, image);
    // These are of the image that was there before.
    entry.remove(List.of("data", "artifactType", "urls"));
    entry.withObject("/annotations").put(NAME, tag);
  }

  /** Adds an image without a name, unless it is there. */
  void put(Descriptor image) {
    if (images().stream().noneMatch(known -> known.digest().equals(image.digest()))) {
      describe(manifests().addObject(), image);
    }
  }

  /** Takes out a tag; returns whether it was there. */
  boolean remove(String tag) {
    int position = position(tag);
    if (position >= 0) {
      manifests().remove(position);
    }
    return position >= 0;
  }

  /** Takes out an image under all its names; returns whether it was there. */
  boolean remove(Digest digest) {
    boolean found = false;
    for (int i = manifests().size() - 1; i >= 0; i--) {
      if (manifests().get(i).path("digest").asText().equals(digest.toString())) {
        manifests().remove(i);
        found = true;
      }
    }
    return found;
  }

  private int position(String tag) {
    ArrayNode manifests = manifests();
    for (int i = 0; i < manifests.size(); i++) {
      if (name(manifests.get(i)).equals(Optional.of(tag))) {
        return i;
      }
    }
    boolean onlyOne = manifests.size() == 1 && name(manifests.get(0)).isEmpty();
    return onlyOne && tag.equals(ImageName.DEFAULT_TAG) ? 0 : -1;
  }

  private ArrayNode manifests() {
    return json.withArray("manifests");
  }

  private static Optional<String> name(JsonNode entry) {
    JsonNode name = entry.path("annotations").path(NAME);
    return name.isTextual() ? Optional.of(name.asText()) : Optional.empty();
  }

  private static void describe(ObjectNode entry, Descriptor image) {
    entry.put("mediaType", image.mediaType());
    entry.put("digest", image.digest().toString());
    entry.put("size", image.size());
  }

  private Descriptor descriptor(JsonNode entry) {
    try {
      return new Descriptor(
          entry.path("mediaType").asText(),
          Digest.parse(entry.path("digest").asText()),
          entry.path("size").asLong(-1));
    } catch (IllegalArgumentException e) {
      throw new RegistryFailure.Corrupt("Cannot read %s: %s".formatted(place, e.getMessage()));
    }
  }
}
