package dev.cvmfs.injector.image;

import dev.cvmfs.injector.image.Images.Image;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.RawManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Images that are valid and as odd as they may be: fields nobody knows, numbers and strings spelled
 * unusually, any layout, members in any order, optional ones missing or null, histories that do not
 * fit. The same seed gives the same image.
 */
final class RandomImages {
  private static final List<String> SCALARS =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "-0",
          "-0.0",
          "1.50",
          "1e400",
          "1E+2",
          "-7.00e-3",
          "9223372036854775808",
          "123456789012345678901234567890.5",
          "\"\"",
          "\"\\u003ca\\u003E \\u0026\\u0026 \\/\"",
          "\"\\ud800\"",
          "\"\\u0000\\n\\t\"",
          "\"grün \u2028 \ud83d\ude00\"",
          "\"}],{[\\\"\\\\\"",
          "{}",
          "[]",
          "[ ]",
          "{ }");
  private static final List<String> KEYS =
      List.of("a", "x.y/z~0", "", "Labels", "layers", "schluß", "\\u0061bc", "0", "config ");

  private final Random random;

  /** The white space around separators; a document keeps to one layout, as tools do. */
  private final List<String> layout;

  RandomImages(long seed) {
    random = new Random(seed);
    layout =
        choose(
            List.of("", "", "", ""),
            List.of("", " ", "", " "),
            List.of("\n  ", "\n  ", "\n", " "),
            List.of(" ", "\t", "\r\n", "  "));
  }

  Image next() {
    List<Digest> diffIds =
        IntStream.range(0, random.nextInt(6))
            .mapToObj(
                i -> chance(4) ? EmptyLayer.DIFF_ID : Images.digest("tar " + random.nextInt()))
            .toList();
    byte[] config = config(diffIds).getBytes(StandardCharsets.UTF_8);
    boolean isDocker = random.nextBoolean();
    String manifest = manifest(config, diffIds, isDocker ? "docker" : "oci");
    return Images.image(
        config,
        new RawManifest(
            manifest.getBytes(StandardCharsets.UTF_8),
            (isDocker ? ManifestKind.DOCKER_MANIFEST : ManifestKind.OCI_MANIFEST).mediaType()));
  }

  /** An index, and what its entries lead to. */
  record RandomIndex(RawManifest raw, List<RawManifest> manifests) {}

  RandomIndex nextIndex() {
    boolean isDocker = random.nextBoolean();
    ManifestKind ofImage = isDocker ? ManifestKind.DOCKER_MANIFEST : ManifestKind.OCI_MANIFEST;
    ManifestKind kind = isDocker ? ManifestKind.DOCKER_LIST : ManifestKind.OCI_INDEX;
    List<RawManifest> manifests = new ArrayList<>();
    List<String> entries = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      byte[] text = ("manifest " + random.nextLong()).getBytes(StandardCharsets.UTF_8);
      RawManifest manifest = new RawManifest(text, ofImage.mediaType());
      manifests.add(manifest);
      List<String> entry = descriptor(ofImage.mediaType(), manifest.digest(), text.length);
      entry.add(
          optional(
              "platform",
              () ->
                  object(
                      member("os", quoted("linux")),
                      member("architecture", choose("\"amd64\"", "\"arm\"", "\"\"")),
                      optional("variant", () -> quoted("v6")))));
      entry.add(optional("annotations", () -> object(member("org.example.x", value(1)))));
      entries.add(shuffledObject(entry));
    }
    List<String> members = unknownMembers();
    members.add(member("schemaVersion", "2"));
    members.add(member("mediaType", quoted(kind.mediaType())));
    members.add(member("manifests", list(entries)));
    return new RandomIndex(
        new RawManifest(shuffledObject(members).getBytes(StandardCharsets.UTF_8), kind.mediaType()),
        manifests);
  }

  private String config(List<Digest> diffIds) {
    List<String> members = unknownMembers();
    String ids = list(diffIds.stream().map(RandomImages::quoted).toList());
    members.add(
        member(
            "rootfs",
            object(
                member("type", quoted("layers")),
                diffIds.isEmpty() ? optional("diff_ids", () -> "[]") : member("diff_ids", ids))));
    members.add(optional("config", () -> object(optional("Labels", this::labels))));
    members.add(optional("history", () -> history(diffIds.size())));
    members.add(optional("container_config", () -> object(optional("Labels", this::labels))));
    members.add(optional("os", () -> quoted("linux")));
    return shuffledObject(members);
  }

  private String labels() {
    return object(
        IntStream.range(0, random.nextInt(4))
            .mapToObj(i -> member("label " + i, choose("\"\"", "\"\\u0026\"", "\"b\"")))
            .toArray(String[]::new));
  }

  private String history(int layers) {
    List<String> lines = new ArrayList<>();
    int lineOfLayers = chance(6) ? random.nextInt(6) : layers;
    for (int i = 0; i < lineOfLayers; i++) {
      lines.add(shuffledObject(unknownMembers()));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      List<String> line = unknownMembers();
      line.add(member("empty_layer", "true"));
      lines.add(random.nextInt(lines.size() + 1), shuffledObject(line));
    }
    return list(lines);
  }

  private String manifest(byte[] config, List<Digest> diffIds, String family) {
    boolean isDocker = family.equals("docker");
    List<String> members = unknownMembers();
    members.add(member("schemaVersion", "2"));
    String configType =
        isDocker ? "application/vnd.docker.container.image.v1+json" : Images.OCI_CONFIG;
    List<String> descriptor = descriptor(configType, Digest.sha256(config), config.length);
    if (chance(3)) {
      descriptor.add(member("data", quoted(Base64.getEncoder().encodeToString(config))));
    }
    members.add(member("config", shuffledObject(descriptor)));
    List<String> layers =
        diffIds.stream()
            .map(
                diffId ->
                    shuffledObject(
                        descriptor(
                            choose(Images.OCI_LAYER, "application/vnd.example.foreign"),
                            Images.blobOf(diffId),
                            random.nextInt(99))))
            .toList();
    members.add(member("layers", layers.isEmpty() ? choose("null", "[]", "[ ]") : list(layers)));
    if (random.nextBoolean()) {
      members.add(
          member(
              "mediaType",
              quoted(
                  (isDocker ? ManifestKind.DOCKER_MANIFEST : ManifestKind.OCI_MANIFEST)
                      .mediaType())));
    }
    return shuffledObject(members);
  }

  private List<String> descriptor(String type, Digest digest, int size) {
    List<String> members = unknownMembers();
    members.add(member("mediaType", quoted(type)));
    members.add(member("digest", quoted(digest)));
    members.add(member("size", Integer.toString(size)));
    return members;
  }

  /** A member with a value, with null, or nothing at all. */
  private String optional(String key, Supplier<String> value) {
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> member(key, "null");
      default -> member(key, value.get());
    };
  }

  private List<String> unknownMembers() {
    List<String> members = new ArrayList<>();
    for (String key : KEYS) {
      // Keys that mean something somewhere are prefixed, so that they do not mean it here.
      if (chance(6)) {
        members.add(member("x-" + key, value(3)));
      }
    }
    return members;
  }

  private String value(int depth) {
    int size = random.nextInt(3);
    return switch (depth == 0 ? 2 : random.nextInt(5)) {
      case 0 ->
          object(
              IntStream.range(0, size)
                  .mapToObj(i -> member(KEYS.get(i + random.nextInt(2) * 3), value(depth - 1)))
                  .toArray(String[]::new));
      case 1 -> list(IntStream.range(0, size).mapToObj(i -> value(depth - 1)).toList());
      default -> SCALARS.get(random.nextInt(SCALARS.size()));
    };
  }

  private String shuffledObject(List<String> members) {
    Collections.shuffle(members, random);
    return object(members.toArray(String[]::new));
  }

  private String object(String... members) {
    List<String> present = List.of(members).stream().filter(member -> !member.isEmpty()).toList();
    return bracketed("{", present, "}");
  }

  private String list(List<String> elements) {
    return bracketed("[", elements, "]");
  }

  private String bracketed(String open, List<String> parts, String close) {
    return parts.isEmpty()
        ? open + close
        : open + layout.get(0) + String.join("," + layout.get(1), parts) + layout.get(2) + close;
  }

  private String member(String key, String value) {
    return quoted(key) + ":" + layout.get(3) + value;
  }

  private static String quoted(Object text) {
    return "\"" + text + "\"";
  }

  private boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }

  @SafeVarargs
  private final <T> T choose(T... options) {
    return options[random.nextInt(options.length)];
  }
}
