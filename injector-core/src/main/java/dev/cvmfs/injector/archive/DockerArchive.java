package dev.cvmfs.injector.archive;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.image.ImageManifest;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.Injection;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RewrittenImage;
import dev.cvmfs.injector.layer.LayerWriter;
import dev.cvmfs.injector.layer.WrittenLayer;
import dev.cvmfs.injector.tar.TarEncoder;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Writes images as {@code docker save} does since version 25: an archive that is an OCI image
 * layout ({@code oci-layout}, {@code index.json}, {@code blobs/sha256/…}) and has a {@code
 * manifest.json} that leads older programs to the same blobs. {@code docker load}, {@code podman
 * load}, {@code ctr image import} and skopeo's {@code docker-archive:} read it. The slice is a
 * layer as {@code oci} makes it, on top of the base image's or in place of the one it has.
 *
 * @param name {@code NAME:TAG} that the image gets where it is loaded; empty for none
 */
public record DockerArchive(BaseImage base, Optional<String> name) implements ArchiveFormat {
  private static final Attributes DIRECTORY =
      new Attributes(0755, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
  private static final Attributes FILE = new Attributes(0644, 0, 0, Timestamp.EPOCH, Xattrs.NONE);
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int BUFFER = 1 << 17;
  private static final String BLOBS = "blobs/sha256/";

  @Override
  public SortedMap<String, String> shape() {
    SortedMap<String, String> shape = new TreeMap<>();
    shape.put("kind", "docker-archive");
    shape.put("format", "1");
    shape.put("base", base.manifest().raw().digest().toString());
    shape.put("name", name.orElse(""));
    return shape;
  }

  /** There is room for all. */
  @Override
  public void requireRoomFor(List<String> repositories) {}

  @Override
  public Written write(ArchiveInput input, Replacement file) throws IOException {
    Path layerFile = input.work().newFile("layer");
    WrittenLayer layer;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(layerFile), BUFFER)) {
      layer =
          new LayerWriter(input.work())
              .write(input.slice(), input.source().objects(), out, input.progress());
    }
    RewrittenImage image =
        Injection.apply(
            base.config(),
            base.manifest(),
            InjectedLayer.find(base.config(), base.manifest()),
            new NewLayer(layer.digest(), layer.diffId(), layer.size()),
            InjectionState.of(input.source().state()),
            input.source().published());
    image.warnings().forEach(input.warnings());
    SortedMap<String, Blob> blobs = new TreeMap<>();
    for (Descriptor descriptor : image.manifest().layers()) {
      boolean ours = descriptor.digest().equals(layer.digest());
      blobs.put(
          nameOf(descriptor.digest()),
          new Blob(
              descriptor.size(),
              () -> ours ? Files.newInputStream(layerFile) : base.layers().openBlob(descriptor)));
    }
    RawManifest manifest = image.manifest().raw();
    blobs.put(nameOf(image.manifest().config().digest()), Blob.of(image.config().bytes()));
    blobs.put(nameOf(manifest.digest()), Blob.of(manifest.bytes()));
    try (PlainTar tar = PlainTar.uncompressed(file.stream())) {
      directory(tar, "blobs");
      directory(tar, "blobs/sha256");
      for (Map.Entry<String, Blob> blob : blobs.entrySet()) {
        add(tar, blob.getKey(), blob.getValue());
      }
      add(tar, "index.json", Blob.of(json(index(manifest))));
      add(tar, "manifest.json", Blob.of(json(dockerManifest(image.manifest()))));
      add(tar, "oci-layout", Blob.of(json(NODES.objectNode().put("imageLayoutVersion", "1.0.0"))));
      tar.block(new byte[TarEncoder.TRAILER]);
      return tar.finish();
    }
  }

  private ObjectNode index(RawManifest manifest) {
    ObjectNode index = NODES.objectNode();
    index.put("schemaVersion", 2).put("mediaType", "application/vnd.oci.image.index.v1+json");
    ObjectNode entry = index.putArray("manifests").addObject();
    entry.put("mediaType", manifest.mediaType());
    entry.put("digest", manifest.digest().toString());
    entry.put("size", manifest.bytes().length);
    if (name.isPresent()) {
      String text = name.get();
      entry
          .putObject("annotations")
          .put("io.containerd.image.name", text)
          .put("org.opencontainers.image.ref.name", text.substring(text.lastIndexOf(':') + 1));
    }
    return index;
  }

  private ArrayNode dockerManifest(ImageManifest manifest) {
    ArrayNode images = NODES.arrayNode();
    ObjectNode image = images.addObject();
    image.put("Config", nameOf(manifest.config().digest()));
    ArrayNode tags = image.putArray("RepoTags");
    name.ifPresent(tags::add);
    ArrayNode layers = image.putArray("Layers");
    manifest.layers().forEach(layer -> layers.add(nameOf(layer.digest())));
    return images;
  }

  private static byte[] json(com.fasterxml.jackson.databind.JsonNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String nameOf(Digest digest) {
    return BLOBS + digest.hex();
  }

  private static void directory(PlainTar tar, String name) throws IOException {
    tar.block(TarEncoder.encode(TarEntry.directory(ByteString.of(name), DIRECTORY)));
  }

  private static void add(PlainTar tar, String name, Blob blob) throws IOException {
    tar.block(TarEncoder.encode(TarEntry.file(ByteString.of(name), FILE, blob.size())));
    try (InputStream in = blob.content().open()) {
      long count = in.transferTo(tar.stream());
      if (count != blob.size()) {
        throw new IOException("%s has %d bytes, not %d".formatted(name, count, blob.size()));
      }
    }
    tar.block(new byte[TarEncoder.padding(blob.size())]);
  }

  /** A file of the archive. */
  private record Blob(long size, Content content) {
    static Blob of(byte[] bytes) {
      return new Blob(bytes.length, () -> new ByteArrayInputStream(bytes));
    }
  }

  /** Opens the content of a file. */
  private interface Content {
    InputStream open() throws IOException;
  }
}
