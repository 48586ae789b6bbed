package dev.cvmfs.it.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.remote.RegistryClient;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * One run in a Java of its own, so that it starts as cold as the program does. Prints lines of
 * {@code name=number}.
 */
final class RegistryRun {
  private static final int THREADS = 8;

  private RegistryRun() {}

  /** Takes a layout, a registry's host, a folder for a second layout, and a number of requests. */
  public static void main(String[] arguments) throws IOException {
    String host = arguments[1];
    RegistryOptions options =
        RegistryOptions.builder(Map.of()).insecureHost("http://127.0.0.1").build();
    try (ImageStore disk = layout(arguments[0], options);
        ImageStore copy = layout(arguments[2], options);
        RegistryClient client = new RegistryClient(options)) {
      ImageStore registry = client.open(ImageName.ofTag(host, "bench/ours", "one"));
      System.out.printf("up=%.3f%n", copy(disk, registry));
      System.out.printf("down=%.3f%n", copy(registry, copy));
    }
    try (CountingProxy proxy = CountingProxy.before(host);
        RegistryClient client = new RegistryClient(options)) {
      ImageStore registry = client.open(ImageName.ofTag(proxy.host(), "bench/ours", "one"));
      int requests = Integer.parseInt(arguments[3]);
      System.out.printf("requests=%.1f%n", requests / small(registry, requests));
      System.out.printf("connections=%d%n", proxy.connections());
    }
    long heap =
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum();
    System.out.printf("heap=%d%n", heap >> 20);
  }

  private static ImageStore layout(String folder, RegistryOptions options) {
    return RegistryClient.connect(
        ImageName.inLayout(Path.of(folder), Optional.of("one"), Optional.empty()), options);
  }

  /** Seconds that it takes to copy an image. */
  private static double copy(ImageStore from, ImageStore to) throws IOException {
    long start = System.nanoTime();
    RawManifest manifest = from.manifest("one");
    for (Descriptor blob : blobs(manifest)) {
      to.pushBlob(
          blob,
          offset -> {
            InputStream in = from.openBlob(blob);
            in.skipNBytes(offset);
            return in;
          });
    }
    to.putManifest("one", manifest);
    return (System.nanoTime() - start) / 1e9;
  }

  /** Seconds that many small requests take, from several threads. */
  private static double small(ImageStore registry, int requests) {
    long start = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      CompletableFuture.allOf(
              IntStream.range(0, requests)
                  .mapToObj(i -> CompletableFuture.runAsync(() -> registry.resolve("one"), threads))
                  .toArray(CompletableFuture[]::new))
          .join();
    } finally {
      threads.shutdown();
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private static List<Descriptor> blobs(RawManifest manifest) throws IOException {
    JsonNode json = new ObjectMapper().readTree(manifest.bytes());
    List<Descriptor> blobs = new ArrayList<>();
    json.path("layers").forEach(layer -> blobs.add(descriptor(layer)));
    blobs.add(descriptor(json.path("config")));
    return blobs;
  }

  private static Descriptor descriptor(JsonNode json) {
    return new Descriptor(
        json.path("mediaType").asText(),
        Digest.parse(json.path("digest").asText()),
        json.path("size").asLong());
  }
}
