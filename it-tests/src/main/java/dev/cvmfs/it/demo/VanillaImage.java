package dev.cvmfs.it.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.it.RealPart;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An ordinary image of one layer, made without any tool: a file {@code /etc/motd} and, where this
 * machine has one to give, a shell.
 */
public final class VanillaImage {
  private static final String CREATED = "2024-03-01T12:00:00Z";
  private static final String MANIFEST_TYPE = "application/vnd.oci.image.manifest.v1+json";
  private static final String CONFIG_TYPE = "application/vnd.oci.image.config.v1+json";
  private static final String LAYER_TYPE = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private VanillaImage() {}

  /** Makes it and stores it under a tag. */
  public static void push(ImageStore store, String tag) throws IOException {
    byte[] tar = layer(RealPart.BUSYBOX.find());
    Descriptor layer = pushBlob(store, LAYER_TYPE, gzip(tar));
    Descriptor config = pushBlob(store, CONFIG_TYPE, bytes(config(Digest.sha256(tar))));
    store.putManifest(tag, new RawManifest(bytes(manifest(config, layer)), MANIFEST_TYPE));
  }

  private static byte[] layer(Optional<Path> shell) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      put(tar, "etc/motd", 0644, "An analysis image.\n".getBytes(StandardCharsets.UTF_8));
      if (shell.isPresent()) {
        put(tar, "bin/sh", 0755, Files.readAllBytes(shell.get()));
      }
    }
    return bytes.toByteArray();
  }

  private static void put(TarArchiveOutputStream tar, String name, int mode, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setSize(content.length);
    entry.setModTime(0);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.toByteArray();
  }

  private static ObjectNode config(Digest diffId) {
    ObjectNode config = JSON.objectNode().put("created", CREATED);
    config.put("architecture", architecture()).put("os", "linux");
    ObjectNode runtime = config.putObject("config");
    runtime.putArray("Env").add("PATH=/bin");
    runtime.putObject("Labels").put("maintainer", "physics@example.org");
    config.putObject("rootfs").put("type", "layers").putArray("diff_ids").add(diffId.toString());
    config
        .putArray("history")
        .addObject()
        .put("created", CREATED)
        .put("created_by", "COPY rootfs /");
    return config;
  }

  private static String architecture() {
    String name = System.getProperty("os.arch", "amd64").toLowerCase(Locale.ROOT);
    return name.equals("aarch64") ? "arm64" : name.replace("x86_64", "amd64");
  }

  private static ObjectNode manifest(Descriptor config, Descriptor layer) {
    ObjectNode manifest = JSON.objectNode().put("schemaVersion", 2).put("mediaType", MANIFEST_TYPE);
    manifest.set("config", node(config));
    manifest.putArray("layers").add(node(layer));
    return manifest;
  }

  private static ObjectNode node(Descriptor descriptor) {
    return JSON.objectNode()
        .put("mediaType", descriptor.mediaType())
        .put("digest", descriptor.digest().toString())
        .put("size", descriptor.size());
  }

  private static byte[] bytes(ObjectNode json) {
    return json.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Descriptor pushBlob(ImageStore store, String type, byte[] bytes)
      throws IOException {
    Descriptor blob = new Descriptor(type, Digest.sha256(bytes), bytes.length);
    store.pushBlob(
        blob,
        offset -> {
          InputStream in = new ByteArrayInputStream(bytes);
          in.skipNBytes(offset);
          return in;
        });
    return blob;
  }
}
