package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.publisher.Listing;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a squashfs file system is what was published, as far as squashfs can hold it. */
class SquashfsIT {
  private static final SampleRepository TINY = SampleRepository.TINY;
  private static final String ROOT = "--root";
  private static final List<String> NAMESPACES = List.of("user.", "trusted.", "security.");

  private @TempDir Path folder;

  @Test
  void tinyRepository_asSquashfs_isAsListed_andLeftAloneWhenUpToDate() throws IOException {
    try (ExportPlace place = place()) {
      Path copy = place.serve(TINY, "r1");
      Settings settings = place.settings(TINY.masterKey(copy));
      Path file = place.newFolder("squashfs").resolve("tiny.squashfs");
      for (String revision : List.of("r1", "r2")) {
        place.cvmfs().show(TINY.fqrn(), revision);

        assertThat(place.archive(TINY.fqrn(), settings, "squashfs:" + file).orThrow().result())
            .isEqualTo("written");

        assertHolds(TINY.listing(copy, revision), place, file, TINY.fqrn());
        assertThat(place.archive(TINY.fqrn(), settings, "squashfs:" + file).orThrow().result())
            .isEqualTo("unchanged");
      }
      Path again = place.newFolder("again").resolve("tiny.squashfs");
      Settings newCache = settings.with("OCI_CACHE", place.newFolder("cache"));
      place.archive(TINY.fqrn(), newCache, "squashfs:" + again).orThrow();
      assertThat(again).hasSameBinaryContentAs(file);
    }
  }

  /** For a mount at {@code /cvmfs/<fqrn>}; and a compressor of the user's. */
  @Test
  void shakeRepository_asSquashfsOfItsOwn_isAsListed() throws IOException {
    SampleRepository shake = SampleRepository.SHAKE;
    try (ExportPlace place = place()) {
      Path copy = place.serve(shake, "r1");
      Settings settings = place.settings(shake.masterKey(copy));
      Path file = place.newFolder("squashfs").resolve("shake.squashfs");

      place
          .archive(
              shake.fqrn(),
              settings,
              "squashfs:" + file,
              ROOT,
              "/cvmfs/" + shake.fqrn(),
              "--squashfs-options",
              "[\"--compressor\", \"zstd\"]")
          .orThrow();

      assertHolds(shake.listing(copy, "r1"), place, file, "");
      assertThat(Command.of(RealPart.UNSQUASHFS.path(), "-s", file.toString()).run().stdout())
          .contains("Compression zstd", "1970");
    }
  }

  /** A repository of ordinary software, too large to be shipped with the tests. */
  @Test
  void demoRepository_asSquashfs_isAsListed() throws IOException {
    Needs.longForm();
    String fqrn = "demo.example.org";
    Path demo = Needs.repository(fqrn);
    try (ExportPlace place = place()) {
      place.cvmfs().serve(fqrn, demo, "r1");
      Settings settings = place.settings(demo.resolve(fqrn + ".pub"));
      Path file = place.newFolder("squashfs").resolve("demo.squashfs");
      for (String revision : List.of("r1", "r2")) {
        place.cvmfs().show(fqrn, revision);
        place.archive(fqrn, settings, "squashfs:" + file).orThrow();
        assertHolds(
            Listing.read(demo.resolve("expected/" + revision + ".jsonl")), place, file, fqrn);
      }
    }
  }

  private ExportPlace place() throws IOException {
    Needs.parts(RealPart.TAR2SQFS, RealPart.UNSQUASHFS);
    return new ExportPlace(folder);
  }

  /** Unpacked, and mounted where the machine can do that. */
  private static void assertHolds(
      List<ListedEntry> listing, ExportPlace place, Path file, String tree) throws IOException {
    List<ListedEntry> expected =
        ListingDifference.withoutSockets(listing).stream().map(SquashfsIT::asHeld).toList();
    Path unpacked = place.newFolder("unpacked").resolve("root");
    Command.of(RealPart.UNSQUASHFS.path(), "-no-progress", "-dest", unpacked.toString())
        .and(file.toString())
        .run()
        .orThrow();
    assertThat(ListingDifference.between(expected, UnpackedTree.list(unpacked.resolve(tree))))
        .as("unpacked")
        .isEmpty();
    try (Stream<Path> top = Files.list(unpacked)) {
      assertThat(tree.isEmpty() || top.count() == 1).isTrue();
    }
    Path mounted = place.newFolder("mounted");
    CommandResult mount =
        Command.of("mount", "-o", "loop,ro", file.toString(), mounted.toString()).run();
    if (mount.exitCode() != 0) {
      System.err.println("PARTLY SKIPPED, squashfs cannot be mounted: " + mount.stderr());
      return;
    }
    try {
      assertThat(ListingDifference.between(expected, UnpackedTree.list(mounted.resolve(tree))))
          .as("mounted")
          .isEmpty();
    } finally {
      Command.of("umount", mounted.toString()).run().orThrow();
    }
  }

  /** Whole seconds from 1970 on, and attributes in three namespaces. */
  private static ListedEntry asHeld(ListedEntry entry) {
    Map<byte[], byte[]> xattrs = new TreeMap<>(Arrays::compareUnsigned);
    entry
        .xattrs()
        .forEach(
            (name, value) -> {
              String text = new String(name, StandardCharsets.ISO_8859_1);
              if (NAMESPACES.stream().anyMatch(text::startsWith)) {
                xattrs.put(name, value);
              }
            });
    return new ListedEntry(
        entry.path(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        new Timestamp(Math.max(0, Math.min(entry.mtime().seconds(), 0xffff_ffffL)), 0),
        entry.size(),
        entry.sha256(),
        entry.target(),
        entry.device(),
        Xattrs.of(xattrs),
        entry.linkGroup());
  }
}
