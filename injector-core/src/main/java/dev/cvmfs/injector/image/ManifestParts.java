package dev.cvmfs.injector.image;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.RawManifest;
import java.util.ArrayList;
import java.util.List;

/**
 * What a manifest or index names, whatever it describes, and without which a repository does not
 * take it. Layers that are kept elsewhere by those who may distribute them (with {@code urls}, or
 * of a type that says so) are not part of it.
 *
 * @param blobs in the order of the document
 * @param manifests what an index leads to, in its order
 */
public record ManifestParts(List<Descriptor> blobs, List<Descriptor> manifests) {
  private static final JsonPointer CONFIG = JsonPointer.compile("/config");

  public ManifestParts {
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
  }

  /**
   * Reads them.
   *
   * @throws ImageFailure if there is a descriptor that cannot be used
   */
  public static ManifestParts of(RawManifest raw) {
    JsonDocument document = ManifestKind.document(raw);
    List<Descriptor> blobs = new ArrayList<>();
    if (document.at(CONFIG).isObject()) {
      blobs.add(Descriptors.read(document, CONFIG));
    }
    addAll(document, "layers", blobs);
    addAll(document, "blobs", blobs);
    List<Descriptor> manifests = new ArrayList<>();
    addAll(document, "manifests", manifests);
    return new ManifestParts(blobs, manifests);
  }

  private static void addAll(JsonDocument document, String key, List<Descriptor> descriptors) {
    JsonPointer list = JsonPointer.empty().appendProperty(key);
    for (int index = 0; index < document.at(list).size(); index++) {
      JsonPointer place = list.appendIndex(index);
      if (!isKeptElsewhere(document.at(place))) {
        descriptors.add(Descriptors.read(document, place));
      }
    }
  }

  private static boolean isKeptElsewhere(JsonNode descriptor) {
    String type = descriptor.path("mediaType").asText("");
    return !descriptor.path("urls").isEmpty()
        || type.contains(".foreign.")
        || type.contains(".nondistributable.");
  }
}
