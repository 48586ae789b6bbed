package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.Listing;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are made as a whole hold what was published, and run. */
class ImageExportIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final String TAG = "made";

  private @TempDir Path folder;

  @Test
  void tinyRepository_asImages_unpacksAsListed_andIsLeftAloneWhenUpToDate() throws IOException {
    try (ExportPlace place = place()) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path images = place.newFolder("images");
      String layout = "oci:" + images.resolve("layout") + ":" + TAG;
      String archive = "docker-archive:" + images.resolve("image.tar");
      for (String revision : List.of("r1", "r2")) {
        place.cvmfs().show(TINY.fqrn(), revision);
        List<ListedEntry> listing = TINY.listing(copy, revision);

        place.archive(TINY.fqrn(), settings, layout).orThrow();
        place.archive(TINY.fqrn(), settings, archive).orThrow();

        assertHolds(listing, place, layout, TINY.fqrn());
        assertHolds(listing, place, archive, TINY.fqrn());
        assertThat(place.archive(TINY.fqrn(), settings, layout).orThrow().result())
            .isEqualTo("unchanged");
        assertThat(place.archive(TINY.fqrn(), settings, archive).orThrow().result())
            .isEqualTo("unchanged");
      }
    }
  }

  @Test
  void shakeRepository_asImages_unpacksAsListed() throws IOException {
    SampleRepository shake = SampleRepository.SHAKE;
    try (ExportPlace place = place()) {
      Path copy = place.serve(shake, "r1");
      Settings settings = place.settings(shake.masterKey(copy));
      Path images = place.newFolder("images");
      for (String target :
          List.of(
              "oci:" + images.resolve("layout") + ":" + TAG,
              "docker-archive:" + images.resolve("image.tar"))) {
        place.archive(shake.fqrn(), settings, target).orThrow();
        assertHolds(shake.listing(copy, "r1"), place, target, shake.fqrn());
      }
    }
  }

  /** A repository of ordinary software, too large to be shipped with the tests. */
  @Test
  void demoRepository_asImages_unpacksAsListed() throws IOException {
    Needs.longForm();
    String fqrn = "demo.example.org";
    Path demo = Needs.repository(fqrn);
    try (ExportPlace place = place()) {
      place.cvmfs().serve(fqrn, demo, "r2");
      Settings settings = place.settings(demo.resolve(fqrn + ".pub"));
      Path images = place.newFolder("images");
      for (String target :
          List.of(
              "oci:" + images.resolve("layout") + ":" + TAG,
              "docker-archive:" + images.resolve("image.tar"))) {
        place.archive(fqrn, settings, target).orThrow();
        assertHolds(Listing.read(demo.resolve("expected/r2.jsonl")), place, target, fqrn);
      }
    }
  }

  /** The programs are the base image's. */
  @Test
  void imageOnABase_isRunByPodman_fromLayoutAndArchive() throws IOException {
    Needs.parts(RealPart.PODMAN, RealPart.RUNC, RealPart.BUSYBOX);
    try (ExportPlace place = place();
        Podman podman = Podman.withNewStorage()) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path base = BusyboxImage.make(place.newFolder("busybox").resolve("image"));
      Path images = place.newFolder("images");
      String layout = "oci:" + images.resolve("layout") + ":" + TAG;
      Path archive = images.resolve("image.tar");
      String[] options = {
        "--from=oci:" + base + ":" + BusyboxImage.TAG,
        "--entrypoint=[\"/bin/sh\", \"-c\"]",
        "--cmd=cat $FILE && echo $PATH",
        "--env=FILE=/cvmfs/" + TINY.fqrn() + "/README"
      };

      place.archive(TINY.fqrn(), settings, layout, options).orThrow();
      place
          .archive(
              TINY.fqrn(),
              settings,
              "docker-archive:" + archive,
              and(options, "--name", "lab/analysis"))
          .orThrow();

      String readme = contentOfReadme(place, layout);
      assertThat(podman.run(layout).orThrow().stdout()).isEqualTo(readme + "/bin\n");
      String loaded = podman.load(archive);
      assertThat(loaded).endsWith("lab/analysis:latest");
      assertThat(podman.runLoaded(loaded).orThrow().stdout()).isEqualTo(readme + "/bin\n");
    }
  }

  private static String contentOfReadme(ExportPlace place, String image) throws IOException {
    return Files.readString(unpack(place, image).resolve("cvmfs/" + TINY.fqrn() + "/README"));
  }

  private static String[] and(String[] options, String... more) {
    String[] all = Arrays.copyOf(options, options.length + more.length);
    System.arraycopy(more, 0, all, options.length, more.length);
    return all;
  }

  private ExportPlace place() throws IOException {
    Needs.parts(RealPart.SKOPEO, RealPart.UMOCI);
    return new ExportPlace(folder);
  }

  private static void assertHolds(
      List<ListedEntry> listing, ExportPlace place, String image, String fqrn) throws IOException {
    assertThat(
            ListingDifference.between(
                ListingDifference.withoutSockets(listing),
                UnpackedTree.list(unpack(place, image).resolve("cvmfs").resolve(fqrn))))
        .as(image)
        .isEmpty();
  }

  /** Read by skopeo, which checks all digests, and unpacked by umoci. */
  private static Path unpack(ExportPlace place, String image) throws IOException {
    Path copy = place.newFolder("copied").resolve("layout");
    Skopeo.anonymous().copy(image, "oci:" + copy + ":copied");
    return Umoci.open(copy).unpack("copied", copy.resolveSibling("bundle"));
  }
}
