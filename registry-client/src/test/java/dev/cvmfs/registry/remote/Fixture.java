package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RegistryOptions;
import dev.cvmfs.registry.testing.FakeRegistry;
import dev.cvmfs.registry.testing.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** A misbehaving registry, a client for it, and time that passes only on demand. */
final class Fixture implements AutoCloseable {
  static final int CHUNK = 64 * 1024;
  static final String REPOSITORY = "ns/app";

  final FakeRegistry registry = new FakeRegistry();
  final ManualTime time = new ManualTime();
  private final List<RegistryClient> open = new ArrayList<>();

  ImageStore store() {
    return store(options -> options);
  }

  ImageStore store(UnaryOperator<RegistryOptions.Builder> refine) {
    RegistryClient client = client(refine);
    return client.open(name());
  }

  RegistryClient client(UnaryOperator<RegistryOptions.Builder> refine) {
    RegistryOptions options =
        refine
            .apply(
                RegistryOptions.builder(Map.of())
                    .insecureHost("http://127.0.0.1")
                    .insecureHost("http://localhost")
                    .clock(time)
                    .sleeper(time)
                    .random(new Random(1)))
            .build();
    RegistryClient client = new RegistryClient(options, CHUNK);
    open.add(client);
    return client;
  }

  ImageName name() {
    return ImageName.ofTag(registry.host(), REPOSITORY, "v1");
  }

  /** Path of the repository's end-points. */
  String path(String rest) {
    return "/v2/" + REPOSITORY + "/" + rest;
  }

  /** All that the client has waited. */
  Duration waited() {
    return time.sleeps().stream().reduce(Duration.ZERO, Duration::plus);
  }

  @Override
  public void close() {
    for (RegistryClient each : open) {
      each.close();
    }
    registry.close();
  }
}
