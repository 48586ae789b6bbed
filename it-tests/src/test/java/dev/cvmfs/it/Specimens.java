package dev.cvmfs.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The images of {@link ImageGalleryIT}: how each of them comes about. */
final class Specimens {
  private final Ground<DockerRegistry> ground;
  private final Settings settings;
  private final Skopeo skopeo = Skopeo.anonymous();
  private final Path busybox;
  private final Path file;

  /** Makes an image under a name. */
  private interface Maker {
    void make(Specimens specimens, String image) throws IOException, InterruptedException;
  }

  /**
   * A kind of image.
   *
   * @param injected whether it has a CVMFS layer, or labels of one, from the beginning; then its
   *     vanilla form is nobody's original
   * @param unpackable whether umoci can unpack it
   */
  record Specimen(String name, boolean injected, boolean unpackable, Maker maker) {
    void push(Specimens specimens, String image) throws IOException, InterruptedException {
      maker.make(specimens, image);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * What specimens are made with.
   *
   * @param settings for those that are injected from the beginning
   */
  Specimens(Ground<DockerRegistry> ground, Settings settings) throws IOException {
    this.ground = ground;
    this.settings = settings;
    this.busybox = BusyboxImage.make(ground.newFolder("busybox").resolve("image"));
    this.file = Files.writeString(ground.newFolder("file").resolve("note"), "a note\n");
  }

  static List<Specimen> all() {
    List<Specimen> all = new ArrayList<>();
    all.add(vanilla("umoci", (s, image) -> s.skopeo.pushLayout(s.busybox, "latest", image)));
    all.add(
        vanilla(
            "umoci, as a Docker image",
            (s, image) -> s.skopeo.pushLayoutAsDocker(s.busybox, "latest", image)));
    all.add(vanilla("skopeo, plain layers", (s, image) -> s.plain(s.busybox(), image)));
    all.add(
        new Specimen(
            "skopeo, zstd layers", false, false, (s, image) -> s.zstd(s.busybox(), image)));
    all.add(vanilla("buildah, OCI", (s, image) -> s.built(s.busybox(), "oci", image)));
    all.add(vanilla("buildah, Docker", (s, image) -> s.built(s.busybox(), "docker", image)));
    all.add(
        vanilla("podman, saved as an archive", (s, image) -> s.saved(s.pushedBusybox(), image)));
    all.add(
        injected(
            "buildah, from an injected image",
            (s, image) -> s.built("docker://" + s.pushedInjected(), "oci", image)));
    all.add(
        injected(
            "buildah, from an injected image, as Docker",
            (s, image) -> s.built("docker://" + s.pushedInjected(), "docker", image)));
    all.add(
        injected(
            "buildah, squashed after injection",
            (s, image) -> s.built("docker://" + s.pushedInjected(), "oci", image, "--squash")));
    all.add(
        injected(
            "skopeo, injected and compressed again",
            (s, image) -> s.recompressed("docker://" + s.pushedInjected(), image)));
    all.add(
        injected(
            "skopeo, injected and plain",
            (s, image) -> s.plain("docker://" + s.pushedInjected(), image)));
    all.add(
        new Specimen(
            "skopeo, injected and compressed with zstd",
            true,
            false,
            (s, image) -> s.zstd("docker://" + s.pushedInjected(), image)));
    all.add(
        injected(
            "skopeo, injected and made a Docker image",
            (s, image) ->
                s.skopeo.copy(
                    "docker://" + s.pushedInjected(), "docker://" + image, "--format", "v2s2")));
    all.add(
        injected(
            "podman, injected and pushed again",
            (s, image) -> {
              try (Podman podman = podman()) {
                podman.pullAndPush(s.pushedInjected(), image);
              }
            }));
    for (String document :
        List.of(
            "buildkit",
            "config-absent",
            "config-null",
            "docker-2018",
            "history-empty",
            "history-inconsistent",
            "jib",
            "kaniko-without-history",
            "ko",
            "labels-null",
            "nix",
            "ordinary-empty-layers",
            "scratch-without-layers")) {
      all.add(vanilla(document, document(document)));
    }
    for (String document :
        List.of(
            "injected-as-estargz-with-data",
            "injected-at-the-bottom",
            "made-by-original",
            "squashed-after-injection")) {
      all.add(injected(document, document(document)));
    }
    // Nobody has the layer that is kept elsewhere.
    all.add(new Specimen("foreign-layer", false, false, document("foreign-layer")));
    return all;
  }

  private static Specimen vanilla(String name, Maker maker) {
    return new Specimen(name, false, true, maker);
  }

  private static Specimen injected(String name, Maker maker) {
    return new Specimen(name, true, true, maker);
  }

  private static Maker document(String name) {
    return (specimens, image) -> {
      String path = image.substring(image.indexOf('/') + 1, image.lastIndexOf(':'));
      DocumentImage.named(name)
          .push(new RegistryHttp(specimens.ground.registry().host(), path), "latest");
    };
  }

  private String busybox() {
    return "oci:" + busybox + ":latest";
  }

  private String pushedBusybox() {
    String image = ground.newImageName();
    skopeo.pushLayout(busybox, "latest", image);
    return image;
  }

  private String pushedInjected() throws IOException {
    String image = pushedBusybox();
    ground.runHere("oci", settings, image).orThrow();
    return image;
  }

  private static Podman podman() throws IOException {
    Needs.parts(RealPart.PODMAN, RealPart.RUNC);
    return Podman.withNewStorage();
  }

  private void saved(String from, String image) throws IOException {
    Path archive = ground.newFolder("saved").resolve("image.tar");
    try (Podman podman = podman()) {
      podman.pullAndSave(from, archive);
    }
    skopeo.copy("docker-archive:" + archive, "docker://" + image);
  }

  private Buildah buildah() throws IOException {
    Needs.parts(RealPart.BUILDAH);
    return new Buildah(ground.newFolder("buildah"));
  }

  private void built(String base, String format, String image, String... options)
      throws IOException {
    Buildah buildah = buildah();
    String container = buildah.from(base);
    buildah.label(container, "maintainer=example");
    buildah.copy(container, file, "/note");
    buildah.commit(container, format, image, options);
  }

  private void plain(String from, String image) throws IOException {
    skopeo.pushDirectory(decompressed(from), image);
  }

  private void zstd(String from, String image) throws IOException {
    Path layout = ground.newFolder("zstd").resolve("layout");
    skopeo.copy(
        "dir:" + decompressed(from), "oci:" + layout + ":it", "--dest-compress-format", "zstd");
    skopeo.pushLayout(layout, "it", image);
  }

  private void recompressed(String from, String image) throws IOException {
    Path layout = ground.newFolder("again").resolve("layout");
    skopeo.copy("dir:" + decompressed(from), "oci:" + layout + ":it");
    skopeo.pushLayout(layout, "it", image);
  }

  private Path decompressed(String from) throws IOException {
    Path directory = ground.newFolder("plain").resolve("dir");
    skopeo.copy(from, "dir:" + directory, "--dest-decompress");
    return directory;
  }
}
