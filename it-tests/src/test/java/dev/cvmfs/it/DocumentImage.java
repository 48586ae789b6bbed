package dev.cvmfs.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image with the configuration and the manifest that some tool wrote, or might have written, and
 * with small layers of our own behind them, so that others can unpack it.
 */
final class DocumentImage {
  private static final Path GALLERY =
      CommandLine.project().resolve("injector-core/src/test/resources/image-gallery");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String DOCKER_MANIFEST =
      "application/vnd.docker.distribution.manifest.v2+json";

  /** What the empty layer is, which means something to those who find it. */
  private static final String EMPTY_TAR =
      "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

  private final ObjectNode config;
  private final ObjectNode manifest;

  private DocumentImage(ObjectNode config, ObjectNode manifest) {
    this.config = config;
    this.manifest = manifest;
  }

  /** One of those that are kept as documents, by the name of its folder. */
  static DocumentImage named(String name) throws IOException {
    return new DocumentImage(
        (ObjectNode)
            JSON.readTree(Files.readAllBytes(GALLERY.resolve(name).resolve("config.json"))),
        (ObjectNode)
            JSON.readTree(Files.readAllBytes(GALLERY.resolve(name).resolve("manifest.json"))));
  }

  /** With another value at the top of the configuration. */
  DocumentImage withConfig(String key, String json) throws IOException {
    ObjectNode changed = config.deepCopy();
    changed.set(key, JSON.readTree(json));
    return new DocumentImage(changed, manifest);
  }

  /** Pushes it, and returns its manifest. */
  String push(RegistryHttp repository, String tag) throws IOException, InterruptedException {
    Map<String, String> newDiffIds = new HashMap<>();
    List<String> diffIds = new ArrayList<>();
    JsonNode layers = manifest.path("layers");
    for (int i = 0; i < layers.size(); i++) {
      ObjectNode layer = (ObjectNode) layers.get(i);
      if (layer.has("urls")) {
        // Kept elsewhere.
        diffIds.add(config.at("/rootfs/diff_ids").path(i).asText());
        continue;
      }
      String old = config.at("/rootfs/diff_ids").path(i).asText();
      byte[] tar = old.equals(EMPTY_TAR) ? new byte[1024] : tar(i);
      byte[] blob = compressed(tar);
      diffIds.add(RegistryHttp.digest(tar));
      newDiffIds.put(old, RegistryHttp.digest(tar));
      newDiffIds.put(layer.path("digest").asText(), RegistryHttp.digest(blob));
      layer.put("digest", repository.pushBlob(blob)).put("size", blob.length);
      if (layer.has("data")) {
        layer.put("data", Base64.getEncoder().encodeToString(blob));
      }
    }
    if (!diffIds.isEmpty()) {
      ((ObjectNode) config.path("rootfs")).set("diff_ids", JSON.valueToTree(diffIds));
    }
    relabel(newDiffIds);
    byte[] bytes = JSON.writeValueAsBytes(config);
    ObjectNode descriptor = (ObjectNode) manifest.path("config");
    descriptor.put("digest", repository.pushBlob(bytes)).put("size", bytes.length);
    if (descriptor.has("data")) {
      descriptor.put("data", Base64.getEncoder().encodeToString(bytes));
    }
    boolean isDocker = descriptor.path("mediaType").asText().contains("docker");
    String type = isDocker ? DOCKER_MANIFEST : OCI_MANIFEST;
    if (isDocker) {
      // Some tools leave it out, and those that push for them put it in, as registries ask for it.
      manifest.put("mediaType", type);
    }
    String json = JSON.writeValueAsString(manifest);
    repository.putManifest(tag, type, json);
    return json;
  }

  /** Labels name layers by their digests, which are others now. */
  private void relabel(Map<String, String> digests) {
    for (String place : List.of("/config/Labels", "/container_config/Labels")) {
      if (config.at(place) instanceof ObjectNode labels) {
        labels
            .properties()
            .forEach(
                label -> {
                  String digest = digests.get(label.getValue().asText());
                  if (digest != null) {
                    label.setValue(JSON.getNodeFactory().textNode(digest));
                  }
                });
      }
    }
  }

  private static byte[] tar(int number) throws IOException {
    byte[] content = "content of layer %d".formatted(number).getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TarArchiveEntry entry = new TarArchiveEntry("layer" + number);
      entry.setSize(content.length);
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    }
    return bytes.toByteArray();
  }

  private static byte[] compressed(byte[] tar) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(tar);
    }
    return bytes.toByteArray();
  }
}
