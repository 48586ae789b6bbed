package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.Listing;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in the layer is what was published, in every field, whoever unpacks it. */
class UnpackIT {
  /** GNU tar, as root, with everything it can restore. */
  private static final List<String> GNU_TAR =
      List.of("--extract", "--gzip", "--numeric-owner", "--xattrs", "--xattrs-include=*", "--file");

  private static final String PYTHON =
      """
      import sys, tarfile
      with tarfile.open(sys.argv[1], 'r:gz') as layer:
          layer.extractall(sys.argv[2], numeric_owner=True)
      """;

  private @TempDir Path folder;

  @Test
  void tinyRepository_injectedAndRefreshed_unpacksAsListed() throws IOException {
    SampleRepository tiny = SampleRepository.TINY;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(tiny, "r1");
      Settings settings = ground.settings(tiny, copy);
      String image = ground.pushSmallImage();

      ProgramRun injected = ground.runWell(settings, image);
      assertUnpacksAs(tiny.listing(copy, "r1"), ground, image, injected, tiny.fqrn());

      ground.cvmfs().show(tiny.fqrn(), "r2");
      ProgramRun refreshed = ground.runWell(settings, image);
      assertUnpacksAs(tiny.listing(copy, "r2"), ground, image, refreshed, tiny.fqrn());
    }
  }

  @Test
  void tinyRepository_inLayersBuiltInOtherWays_unpacksAsListed_andIsProven() throws IOException {
    SampleRepository tiny = SampleRepository.TINY;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(tiny, "r1");
      Settings unlinked = ground.settings(tiny, copy).with("OCI_HARDLINKS", "no");
      Settings single = unlinked.with("OCI_SINGLE_MEMBER", "yes");
      String image = ground.pushSmallImage();

      ProgramRun injected = ground.runWell(unlinked, image);
      assertUnpacksAs(withoutLinks(tiny.listing(copy, "r1")), ground, image, injected, tiny.fqrn());
      ground.runCommand("verify", unlinked, image).orThrow();

      ground.cvmfs().show(tiny.fqrn(), "r2");
      ProgramRun refreshed =
          ground.runWell(single.with("OCI_CACHE", ground.newFolder("cache")), image);
      assertThat(refreshed.transfer("bytesCopied")).isPositive();
      assertUnpacksAs(
          withoutLinks(tiny.listing(copy, "r2")), ground, image, refreshed, tiny.fqrn());
      ground.runCommand("verify", single, image).orThrow();
      assertThat(ground.runWell(single, image).result()).isEqualTo("unchanged");
    }
  }

  /** Names that are not UTF-8 cannot be in an eStargz. */
  @Test
  void estargz_unpacksWithItsTwoFiles_andIsProven() throws IOException {
    SampleRepository tiny = SampleRepository.TINY;
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      Path copy = ground.serve(tiny, "r1");
      Path specification = Files.writeString(folder.resolve("my.spec"), "/*\n!/names\n");
      Settings usual = ground.settings(tiny, copy).with("OCI_SPEC", specification);
      Settings estargz = usual.with("OCI_ESTARGZ", "yes");
      String image = ground.pushSmallImage();
      ProgramRun before = ground.runWell(usual, image);

      ProgramRun changed = ground.runWell(estargz, image);

      assertThat(changed.result()).isEqualTo("refreshed");
      assertThat(ground.unpack(image))
          .isDirectoryContaining(path -> path.endsWith(".no.prefetch.landmark"))
          .isDirectoryContaining(path -> path.endsWith("stargz.index.json"));
      ground.runCommand("verify", estargz, image).orThrow();
      assertThat(ground.runWell(estargz, image).result()).isEqualTo("unchanged");
      assertThat(ground.runWell(usual, image).newDigest()).isEqualTo(before.newDigest());
    }
  }

  @Test
  void shakeRepository_injected_unpacksAsListed() throws IOException {
    SampleRepository shake = SampleRepository.SHAKE;
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Path copy = ground.serve(shake, "r1");
      String image = ground.pushSmallImage();

      ProgramRun injected = ground.runWell(ground.settings(shake, copy), image);

      assertUnpacksAs(shake.listing(copy, "r1"), ground, image, injected, shake.fqrn());
    }
  }

  /** A repository of ordinary software, too large to be shipped with the tests. */
  @Test
  void demoRepository_injectedAndRefreshed_unpacksAsListed() throws IOException {
    String fqrn = "demo.example.org";
    Path demo = Needs.repository(fqrn);
    try (Ground<DockerRegistry> ground = Ground.withDockerRegistry(folder)) {
      ground.cvmfs().serve(fqrn, demo, "r1");
      Settings settings = ground.settings(fqrn, demo.resolve(fqrn + ".pub"));
      String image = ground.pushSmallImage();

      for (String revision : List.of("r1", "r2")) {
        ground.cvmfs().show(fqrn, revision);
        ground.runWell(settings, image);

        assertThat(
                ListingDifference.between(
                    expected(Listing.read(demo.resolve("expected/" + revision + ".jsonl"))),
                    UnpackedTree.list(ground.unpack(image).resolve("cvmfs/" + fqrn))))
            .as(revision)
            .isEmpty();
      }
    }
  }

  private static void assertUnpacksAs(
      List<ListedEntry> listing, Ground<?> ground, String image, ProgramRun run, String fqrn)
      throws IOException {
    Path layout = ground.pull(image);
    Path root = Umoci.open(layout).unpack("pulled", layout.resolveSibling("bundle"));
    Path layer = layout.resolve("blobs/sha256/" + run.layer().replace("sha256:", ""));
    assertSame(listing, root, fqrn, "umoci", UnaryOperator.identity());
    assertThat(root.resolve("file")).exists();

    Path byGnuTar = ground.newFolder("tar");
    Command.of(RealPart.TAR.path())
        .and(GNU_TAR.toArray(String[]::new))
        .and(layer.toString(), "-C", byGnuTar.toString())
        .run()
        .orThrow();
    assertSame(listing, byGnuTar, fqrn, "GNU tar", UnaryOperator.identity());

    if (Needs.has(RealPart.BSDTAR)) {
      Path byBsdtar = ground.newFolder("bsdtar");
      Command.of(RealPart.BSDTAR.path(), "-x", "-p", "--numeric-owner", "-f", layer.toString())
          .and("-C", byBsdtar.toString())
          .run()
          .orThrow();
      assertSame(listing, byBsdtar, fqrn, "bsdtar", UnaryOperator.identity());
    }

    if (Needs.has(RealPart.PYTHON)) {
      Path byPython = ground.newFolder("python");
      Command.of(RealPart.PYTHON.path(), "-c", PYTHON, layer.toString(), byPython.toString())
          .run()
          .orThrow();
      assertSame(listing, byPython, fqrn, "Python", UnpackIT::asPythonUnpacks);
    }
  }

  private static void assertSame(
      List<ListedEntry> listing,
      Path root,
      String fqrn,
      String unpacker,
      UnaryOperator<ListedEntry> seen)
      throws IOException {
    Path tree = root.resolve("cvmfs").resolve(fqrn);
    assertThat(Files.isDirectory(tree)).as("%s unpacked %s", unpacker, tree).isTrue();
    assertThat(
            ListingDifference.between(
                expected(listing).stream().map(seen).toList(),
                UnpackedTree.list(tree).stream().map(seen).toList()))
        .as(unpacker)
        .isEmpty();
  }

  private static List<ListedEntry> expected(List<ListedEntry> listing) {
    return ListingDifference.withoutSockets(listing);
  }

  /** As it is with {@code OCI_HARDLINKS=no}: the repository's own hard links are none either. */
  private static List<ListedEntry> withoutLinks(List<ListedEntry> listing) {
    return listing.stream().map(UnpackIT::withoutLinks).toList();
  }

  private static ListedEntry withoutLinks(ListedEntry entry) {
    return new ListedEntry(
        entry.path(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.mtime(),
        entry.size(),
        entry.sha256(),
        entry.target(),
        entry.device(),
        entry.xattrs(),
        Optional.empty());
  }

  /**
   * Python's tarfile knows no extended attributes, its times are floating point numbers, and it
   * gives symlinks none.
   */
  private static ListedEntry asPythonUnpacks(ListedEntry entry) {
    return new ListedEntry(
        entry.path(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.isSymlink() ? Timestamp.EPOCH : new Timestamp(entry.mtime().seconds(), 0),
        entry.size(),
        entry.sha256(),
        entry.target(),
        entry.device(),
        Xattrs.NONE,
        entry.linkGroup());
  }
}
