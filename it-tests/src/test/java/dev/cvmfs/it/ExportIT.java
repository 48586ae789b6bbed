package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.Listing;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is exported is what was published, in every field: fresh, updated, and taken over. */
class ExportIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final Path ORIGINALS =
      CommandLine.project().resolve("it-tests/src/test/resources/made-by-original");
  private static final int DIFFERENT = 9;

  private @TempDir Path folder;

  @Test
  void tinyRepository_exportedAndUpdated_isAsListed() throws IOException {
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path updated = place.newFolder("updated");
      ProgramRun first = place.export(TINY.fqrn(), settings, updated).orThrow();
      assertThat(first.result()).isEqualTo("exported");
      assertListed(TINY.listing(copy, "r1"), updated, TINY.fqrn());
      ProgramRun second = place.export(TINY.fqrn(), settings, updated).orThrow();
      assertThat(second.result()).isEqualTo("unchanged");
      assertThat(second.report().path("skipped").asBoolean()).isTrue();
      ProgramRun checked = place.export(TINY.fqrn(), settings, updated, "--check").orThrow();
      assertThat(checked.report().path("changes").asLong(-1)).isZero();

      place.cvmfs().show(TINY.fqrn(), "r2");
      place.export(TINY.fqrn(), settings, updated, "-g").orThrow();
      assertListed(TINY.listing(copy, "r2"), updated, TINY.fqrn());
      assertThat(ExportPlace.store(updated, TINY.fqrn())).noneMatch(file -> file.endsWith(" 1"));

      Path fresh = place.newFolder("fresh");
      place.export(TINY.fqrn(), settings, fresh).orThrow();
      assertListed(TINY.listing(copy, "r2"), fresh, TINY.fqrn());
      assertThat(place.verify(settings, fresh).exitCode()).isZero();
    }
  }

  @Test
  void shakeRepository_exported_isAsListed() throws IOException {
    SampleRepository shake = SampleRepository.SHAKE;
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(shake, "r1");
      Path base = place.newFolder("export");

      place.export(shake.fqrn(), place.settings(shake.masterKey(copy)), base).orThrow();

      assertListed(shake.listing(copy, "r1"), base, shake.fqrn());
    }
  }

  /** A repository of ordinary software, too large to be shipped with the tests. */
  @Test
  void demoRepository_exportedAndUpdated_isAsListed() throws IOException {
    String fqrn = "demo.example.org";
    Path demo = Needs.repository(fqrn);
    try (ExportPlace place = new ExportPlace(folder)) {
      place.cvmfs().serve(fqrn, demo, "r1");
      Settings settings = place.settings(demo.resolve(fqrn + ".pub"));
      Path base = place.newFolder("export");
      for (String revision : List.of("r1", "r2")) {
        place.cvmfs().show(fqrn, revision);
        place.export(fqrn, settings, base).orThrow();
        assertListed(Listing.read(demo.resolve("expected/" + revision + ".jsonl")), base, fqrn);
      }
    }
  }

  @Test
  void treeOfTheOriginal_isTakenOver_proven_andRight() throws IOException {
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path base = unpackOriginals(place).resolve("cvmfs");
      damage(base);
      String specification = ORIGINALS.resolve("tiny.example.org.spec").toString();

      ProgramRun taken =
          place.export(TINY.fqrn(), settings, base, "--spec", specification).orThrow();

      assertThat(taken.report().path("takenOver").asBoolean()).isTrue();
      assertListed(withoutSpecial(TINY.listing(copy, "r1")), base, TINY.fqrn());
      assertThat(ExportPlace.store(base, TINY.fqrn())).noneMatch(file -> file.endsWith(" 1"));
      place.cvmfs().show(TINY.fqrn(), "r2");
      ProgramRun updated =
          place.export(TINY.fqrn(), settings, base, "--spec", specification).orThrow();
      assertThat(updated.report().path("takenOver").asBoolean()).isFalse();
      assertThat(place.verify(settings, base).exitCode()).isZero();
    }
  }

  /** The original's command line, without a command. */
  @Test
  void optionsOfTheOriginal_exportTheSame_withItsStatistics() throws IOException {
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(TINY, "r1");
      Path conf = place.settings(TINY.masterKey(copy)).writeInto(folder);
      Path base = place.newFolder("export");

      CommandResult result =
          place
              .program()
              .run(
                  "-r",
                  TINY.fqrn(),
                  "-f",
                  conf.toString(),
                  "-x",
                  base.toString(),
                  "-t",
                  place.everything().toString(),
                  "-j",
                  "4",
                  "-g")
              .orThrow();

      List<ListedEntry> listing = TINY.listing(copy, "r1");
      assertListed(listing, base, TINY.fqrn());
      assertThat(result.stdout())
          .contains("Name|Value|Description")
          .contains(
              "cntFile|%d|".formatted(listing.stream().filter(ListedEntry::isRegularFile).count()))
          .contains(
              "cntSymlink|%d|".formatted(listing.stream().filter(ListedEntry::isSymlink).count()));

      Path again = place.newFolder("again");
      CommandResult fromFolder =
          place
              .program()
              .run(
                  "-r",
                  TINY.fqrn(),
                  "-s",
                  "posix",
                  "-b",
                  base.toString(),
                  "-x",
                  again.toString(),
                  "-t",
                  place.everything().toString())
              .orThrow();
      assertThat(fromFolder.stdout()).contains("cntByte|");
      assertListed(listing, again, TINY.fqrn());
    }
  }

  @Test
  void damageOfAllKinds_isFoundByVerify_andRepaired() throws IOException {
    try (ExportPlace place = new ExportPlace(folder)) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path base = place.newFolder("export");
      place.export(TINY.fqrn(), settings, base).orThrow();
      Path tree = base.resolve(TINY.fqrn());
      Path hello = tree.resolve("bin/hello");
      overwrite(hello, "X" + Files.readString(hello).substring(1));
      Files.delete(tree.resolve("bin/suid"));
      Files.writeString(tree.resolve("bin/foreign"), "not ours");
      Files.setLastModifiedTime(
          tree.resolve("software"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));

      ProgramRun found = place.verify(settings, base);

      assertThat(found.exitCode()).isEqualTo(DIFFERENT);
      assertThat(found.reports())
          .filteredOn(report -> report.has("path"))
          .extracting(report -> report.path("path").asText())
          .contains("/bin", "/bin/hello", "/bin/suid", "/bin/foreign", "/software");
      assertThat(place.verify(settings, base, "--repair").exitCode()).isZero();
      assertThat(place.verify(settings, base).exitCode()).isZero();
      assertListed(TINY.listing(copy, "r1"), base, TINY.fqrn());
    }
  }

  /** As it is where snapshots or images of disks are verified. */
  @Test
  void exportOnAReadOnlyFileSystem_isVerified() throws IOException {
    try (ExportPlace place = new ExportPlace(folder);
        SmallDisk disk = SmallDisk.mount(place.newFolder("disk"), "20m")) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path base = disk.folder().resolve("export");
      place.export(TINY.fqrn(), settings, base).orThrow();
      Files.delete(base.resolve(TINY.fqrn()).resolve("bin/suid"));
      disk.makeReadOnly();

      ProgramRun found = place.verify(settings, base);

      assertThat(found.exitCode()).as(found.story()).isEqualTo(DIFFERENT);
      assertThat(found.reports())
          .filteredOn(report -> report.has("path"))
          .extracting(report -> report.path("path").asText())
          .containsExactlyInAnyOrder("/bin", "/bin/suid");
    }
  }

  private static Path unpackOriginals(ExportPlace place) throws IOException {
    Path base = place.newFolder("original");
    Path layer =
        ORIGINALS.resolve("image/1443b7c0fe334f693f2788f61076ebcceba8257f0b9a060efabbb69d81e12122");
    Command.of(RealPart.TAR.path(), "--extract", "--gzip", "--numeric-owner", "--file")
        .and(layer.toString(), "-C", base.toString())
        .run()
        .orThrow();
    return base;
  }

  /**
   * What an interrupted run of the original leaves: objects with nothing, or too little, in them.
   */
  private static void damage(Path base) throws IOException {
    Path tree = base.resolve(TINY.fqrn());
    overwrite(tree.resolve("bin/hello"), "");
    overwrite(tree.resolve("bin/sgid"), "x".repeat((int) Files.size(tree.resolve("bin/sgid"))));
  }

  private static void overwrite(Path file, String content) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, time);
  }

  private static List<ListedEntry> withoutSpecial(List<ListedEntry> listing) {
    TreePath excluded = TreePath.of("/special");
    return listing.stream().filter(entry -> !entry.path().isAtOrBelow(excluded)).toList();
  }

  private static void assertListed(List<ListedEntry> listing, Path base, String fqrn)
      throws IOException {
    List<ListedEntry> expected =
        // tar, with which the tree is listed, leaves sockets out.
        ListingDifference.withoutSockets(listing);
    assertThat(ListingDifference.between(expected, ExportPlace.list(base, fqrn))).isEmpty();
    assertThat(base.resolve(fqrn)).isDirectory();
  }
}
