package dev.cvmfs.it.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * An image as it is in the registry. Its layers are read with somebody else's tar and gzip, not
 * with the code that writes them.
 *
 * @param digest of the manifest
 */
record ImageView(Digest digest, List<Layer> layers, SortedMap<String, String> labels) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MOST_BYTES = 64 << 20;

  ImageView {
    layers = List.copyOf(layers);
  }

  /**
   * One layer.
   *
   * @param story who made it and how, as the image's history tells
   * @param files contents of the regular files by path; hard links included
   */
  record Layer(Digest digest, long size, String story, Map<String, String> files) {}

  /** Reads all of an image. */
  static ImageView read(ImageStore store, String tag) throws IOException {
    RawManifest raw = store.manifest(tag);
    JsonNode manifest = JSON.readTree(raw.bytes());
    JsonNode config =
        JSON.readTree(store.readBlob(descriptor(manifest.path("config")), MOST_BYTES));
    List<Layer> layers = new ArrayList<>();
    for (JsonNode node : manifest.path("layers")) {
      Descriptor blob = descriptor(node);
      JsonNode line = config.path("history").path(layers.size());
      byte[] bytes = store.readBlob(blob, MOST_BYTES);
      layers.add(new Layer(blob.digest(), blob.size(), story(line), files(bytes)));
    }
    DemoFailure.unless(
        config.path("history").size() == layers.size(), "one line of history for each layer");
    SortedMap<String, String> labels = new TreeMap<>();
    config
        .path("config")
        .path("Labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return new ImageView(raw.digest(), layers, labels);
  }

  private static Descriptor descriptor(JsonNode node) {
    return new Descriptor(
        node.path("mediaType").asText(),
        Digest.parse(node.path("digest").asText()),
        node.path("size").asLong());
  }

  private static String story(JsonNode line) {
    String createdBy = line.path("created_by").asText();
    return line.has("comment") ? createdBy + ": " + line.path("comment").asText() : createdBy;
  }

  private static Map<String, String> files(byte[] blob) throws IOException {
    Map<String, String> files = new HashMap<>();
    try (GzipCompressorInputStream plain =
            GzipCompressorInputStream.builder()
                .setInputStream(new ByteArrayInputStream(blob))
                .setDecompressConcatenated(true)
                .get();
        TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isLink()) {
          String target = files.get("/" + entry.getLinkName());
          DemoFailure.unless(target != null, entry.getName() + " links to something before it");
          files.put("/" + entry.getName(), target);
        } else if (entry.isFile()) {
          files.put(
              "/" + entry.getName(), new String(tar.readAllBytes(), StandardCharsets.ISO_8859_1));
        }
      }
    }
    return files;
  }

  /** What a file holds; empty if the image has no such file. */
  Optional<String> file(String path) {
    return layers.stream()
        .flatMap(layer -> Optional.ofNullable(layer.files().get(path)).stream())
        .reduce((lower, upper) -> upper);
  }
}
