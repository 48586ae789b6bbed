package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.Listing;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is in an archive is what was published, in every field, and an archive changes as a whole.
 */
class ArchiveIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final List<String> ENDINGS = List.of(".tar", ".tar.gz", ".tar.zst");
  private static final int KILLED = 128 + 9;
  private static final int LOCAL_DISK = 8;

  private @TempDir Path folder;

  @Test
  void tinyRepository_asTarArchives_unpacksAsListed_andIsLeftAloneWhenUpToDate()
      throws IOException {
    Needs.parts(RealPart.ZSTD);
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path archives = place.newFolder("archives");
      for (String revision : List.of("r1", "r2")) {
        place.cvmfs().show(TINY.fqrn(), revision);
        for (String ending : ENDINGS) {
          Path archive = archives.resolve("tiny" + ending);
          String target = "tar:" + archive;

          assertThat(place.archive(TINY.fqrn(), settings, target).orThrow().result())
              .isEqualTo("written");

          assertUnpacksAs(TINY.listing(copy, revision), place, archive, TINY.fqrn());
          Object written = Files.readAttributes(archive, "unix:ino,lastModifiedTime");
          assertThat(place.archive(TINY.fqrn(), settings, target).orThrow().result())
              .isEqualTo("unchanged");
          assertThat(Files.readAttributes(archive, "unix:ino,lastModifiedTime")).isEqualTo(written);
        }
      }
      try (Stream<Path> files = Files.list(archives)) {
        assertThat(files).hasSize(2 * ENDINGS.size());
      }
    }
  }

  @Test
  void shakeRepository_asTarArchives_unpacksAsListed() throws IOException {
    Needs.parts(RealPart.ZSTD);
    SampleRepository shake = SampleRepository.SHAKE;
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(shake, "r1");
      Settings settings = place.settings(shake.masterKey(copy));
      for (String ending : ENDINGS) {
        Path archive = place.newFolder("archives").resolve("shake" + ending);

        place.archive(shake.fqrn(), settings, "tar:" + archive).orThrow();

        assertUnpacksAs(shake.listing(copy, "r1"), place, archive, shake.fqrn());
      }
    }
  }

  /** A repository of ordinary software, too large to be shipped with the tests. */
  @Test
  void demoRepository_asTarArchives_unpacksAsListed() throws IOException {
    Needs.longForm();
    Needs.parts(RealPart.ZSTD);
    String fqrn = "demo.example.org";
    Path demo = Needs.repository(fqrn);
    try (ExportPlace place = new ExportPlace(folder)) {
      place.cvmfs().serve(fqrn, demo, "r1");
      Settings settings = place.settings(demo.resolve(fqrn + ".pub"));
      Path archives = place.newFolder("archives");
      for (String revision : List.of("r1", "r2")) {
        place.cvmfs().show(fqrn, revision);
        for (String ending : ENDINGS) {
          Path archive = archives.resolve("demo" + ending);
          place.archive(fqrn, settings, "tar:" + archive).orThrow();
          assertUnpacksAs(
              Listing.read(demo.resolve("expected/" + revision + ".jsonl")), place, archive, fqrn);
        }
      }
    }
  }

  @Test
  void archives_ofAnyHistory_areTheSameBytes_alsoOnStandardOutput() throws IOException {
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path updated = place.newFolder("updated").resolve("tiny.tar.gz");
      place.archive(TINY.fqrn(), settings, "tar:" + updated).orThrow();
      place.cvmfs().show(TINY.fqrn(), "r2");
      place.archive(TINY.fqrn(), settings, "tar:" + updated).orThrow();
      Settings newCache = settings.with("OCI_CACHE", place.newFolder("cache"));
      Path output = place.newFolder("output").resolve("stdout");

      place
          .program()
          .runInto(
              output,
              place.archiveArguments(TINY.fqrn(), newCache, "tar:-", "--compression", "gzip"))
          .orThrow();

      assertThat(output).hasSameBinaryContentAs(updated);
    }
  }

  @Test
  void shrinkwrapLayout_isTheLayerOfAnImage() throws IOException {
    try (Ground<EmbeddedRegistry> ground = Ground.withEmbeddedRegistry(folder)) {
      Path copy = ground.serve(TINY, "r1");
      Settings settings = ground.settings(TINY, copy);
      String image = ground.pushSmallImage();
      String layer = ground.runWell(settings, image).layer();
      Path archive = ground.newFolder("archives").resolve("layer.tar.gz");

      ProgramRun run =
          ground
              .runCommand(
                  "export " + TINY.fqrn(),
                  settings,
                  "--to",
                  "tar:" + archive,
                  "--layout",
                  "shrinkwrap",
                  "--spec",
                  folder.resolve("everything.spec").toString())
              .orThrow();

      assertThat(run.report().path("digest").asText()).isEqualTo(layer);
    }
  }

  @Test
  void fullDisk_leavesTheArchiveAsItWas_andSaysWhichFile() throws IOException {
    try (ExportPlace place = new ExportPlace(folder);
        SmallDisk disk = SmallDisk.mount(place.newFolder("disk"), "256k")) {
      RepositoryPublisher publisher =
          new RepositoryPublisher(
              place.newFolder("published"), PublisherOptions.named("full.example.org"));
      Tree tree = new Tree();
      tree.file("/file", "small");
      publisher.publish(tree);
      place.cvmfs().serve(publisher);
      Settings settings = place.settings(publisher);
      Path archive = disk.folder().resolve("full.tar");
      place.archive("full.example.org", settings, "tar:" + archive).orThrow();
      byte[] before = Files.readAllBytes(archive);
      tree.file("/large", "x".repeat(1 << 20));
      publisher.publish(tree);

      ProgramRun run = place.archive("full.example.org", settings, "tar:" + archive);

      assertThat(run.exitCode()).as(run.story()).isEqualTo(LOCAL_DISK);
      assertThat(run.story()).contains(archive.toString(), "No space left");
      assertThat(archive).hasBinaryContent(before);
      try (Stream<Path> files = Files.list(disk.folder())) {
        assertThat(files).hasSize(2);
      }
      disk.grow("4m");
      place.archive("full.example.org", settings, "tar:" + archive).orThrow();
      assertThat(Files.size(archive)).isGreaterThan(1 << 20);
    }
  }

  @Test
  void exportKilledAtARequest_leavesTheArchive_andTheNextRunLeavesNoPart() throws IOException {
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path archives = place.newFolder("archives");
      Path archive = archives.resolve("tiny.tar.gz");
      place.archive(TINY.fqrn(), settings, "tar:" + archive).orThrow();
      byte[] before = Files.readAllBytes(archive);
      place.cvmfs().show(TINY.fqrn(), "r2");
      Settings used = settings.with("OCI_CACHE", place.newFolder("cache"));

      assertThat(killedInTheMiddle(place, used, archive)).isEqualTo(KILLED);

      assertThat(archive).hasBinaryContent(before);
      try (Stream<Path> files = Files.list(archives)) {
        assertThat(files).as("archive, note, part").hasSize(3);
      }
      place.archive(TINY.fqrn(), used, "tar:" + archive).orThrow();
      assertUnpacksAs(TINY.listing(copy, "r2"), place, archive, TINY.fqrn());
      try (Stream<Path> files = Files.list(archives)) {
        assertThat(files).hasSize(2);
      }
    }
  }

  /** Ended when it asks for the first object that is no catalog and no certificate. */
  private static int killedInTheMiddle(ExportPlace place, Settings settings, Path archive)
      throws IOException {
    CompletableFuture<RealProcess> started = new CompletableFuture<>();
    place
        .cvmfs()
        .before(
            path -> path.matches(".*/data/[0-9a-f]{2}/[0-9a-f]{38}P?"),
            () -> started.join().kill());
    try (RealProcess process =
        place.start(place.archiveArguments(TINY.fqrn(), settings, "tar:" + archive))) {
      started.complete(process);
      return process.awaitEnd();
    } finally {
      place.cvmfs().forgetEvents();
    }
  }

  private static void assertUnpacksAs(
      List<ListedEntry> listing, ExportPlace place, Path archive, String fqrn) throws IOException {
    Path root = place.newFolder("unpacked");
    Command.of(RealPart.TAR.path(), "--extract", "--numeric-owner", "--xattrs")
        .and("--xattrs-include=*", "--file", archive.toString(), "-C", root.toString())
        .run()
        .orThrow();
    assertThat(
            ListingDifference.between(
                ListingDifference.withoutSockets(listing),
                UnpackedTree.list(root.resolve("cvmfs").resolve(fqrn))))
        .as(archive.toString())
        .isEmpty();
    // What a mount shows, and nothing else.
    assertThat(names(root)).containsExactly("cvmfs");
    assertThat(names(root.resolve("cvmfs"))).containsExactly(fqrn);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    }
  }
}
