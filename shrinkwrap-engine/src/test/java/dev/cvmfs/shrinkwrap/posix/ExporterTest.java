package dev.cvmfs.shrinkwrap.posix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.publisher.ObjectDamage;
import dev.cvmfs.shrinkwrap.publisher.Revision;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is particular about exports; that they are right at all is shown with random trees. */
class ExporterTest {
  private static final OptionalLong ALL = OptionalLong.of(0);

  @TempDir private Path temporary;

  // Made before each test.
  @SuppressWarnings("NullAway.Init")
  private ExportGround ground;

  @BeforeEach
  void start() throws IOException {
    ground = ExportGround.in(temporary.resolve("ground"));
  }

  @AfterEach
  void end() throws IOException {
    ground.close();
  }

  @Test
  void equalContent_withEqualAttributes_isOneFile_andWithOtherTimesItIsNot() throws IOException {
    Tree tree = new Tree();
    tree.file("/a", "same");
    tree.file("/b", "same");
    tree.file("/later", "same").mtime(2_000_000_000, 5);
    ground.publish(tree);
    ExportOptions options = ground.into("base");

    ground.export(options);

    assertThat(status(options, "/a").inode()).isEqualTo(status(options, "/b").inode());
    assertThat(status(options, "/later").inode()).isNotEqualTo(status(options, "/a").inode());
    assertThat(ground.store(options).keySet())
        .hasSize(2)
        .anyMatch(name -> name.endsWith("~2000000000.000000005"));
  }

  @Test
  void moreLinksThanTheLimit_goToFurtherCopies_andStayThere() throws IOException {
    Tree tree = new Tree();
    for (int i = 0; i < 25; i++) {
      tree.file("/file" + i, "same");
    }
    ground.publish(tree);
    ExportOptions options = ground.into("base").withLinkLimit(10);

    ground.export(options);

    assertThat(ground.store(options).values()).containsExactly(11L, 11L, 6L);
    assertThat(ground.store(options).keySet())
        .anyMatch(name -> name.endsWith("+1"))
        .anyMatch(name -> name.endsWith("+2"));
    assertThat(ground.export(options.withCheck(ExportOptions.Check.ALL)).changes()).isZero();
    assertThat(ground.verify(options)).isEmpty();
  }

  @Test
  void furtherCopy_thatAnotherExportHasJustMade_isNotReplaced() throws IOException {
    Tree tree = new Tree();
    for (int i = 0; i < 15; i++) {
      tree.file("/file" + i, "same");
    }
    ground.publish(tree);
    ExportOptions options = ground.into("base").withLinkLimit(10).withSync(true);
    Path others = temporary.resolve("visible");
    PosixCalls atTheSameTime =
        HookedCalls.before(
            "moveToFree",
            arguments -> {
              Path copy = Path.of(arguments[1].toString());
              if (copy.toString().endsWith("+1") && !Files.exists(others)) {
                String object = copy.toString().replace("+1", "");
                Files.copy(Path.of(object), copy, StandardCopyOption.COPY_ATTRIBUTES);
                Files.createLink(others, copy);
              }
            });

    ground.export(options, new ExportCounters(), atTheSameTime);

    // Two names of the other one, and five of ours.
    assertThat(Files.getAttribute(others, "unix:nlink")).isEqualTo(7);
    assertThat(ground.store(options).values()).containsExactly(11L, 7L);
    assertThat(ground.verify(options)).isEmpty();
  }

  @Test
  void emptyFiles_areNoLinks() throws IOException {
    Tree tree = new Tree();
    tree.file("/a", "");
    tree.file("/b", "");
    ground.publish(tree);
    ExportOptions options = ground.into("base");

    ground.export(options);

    assertThat(status(options, "/a").links()).isEqualTo(1);
    assertThat(ground.store(options)).isEmpty();
  }

  @Test
  void nothingNew_changesNothing_andIsSeenWithoutLooking() throws IOException {
    ground.publish(twoCatalogs("one"));
    ExportOptions options = ground.into("base");
    assertThat(ground.export(options).changes()).isPositive();
    Map<TreePath, String> before = ground.look(options);
    ExportCounters statistics = new ExportCounters();

    ExportReport report = ground.export(options, statistics);

    assertThat(report.changes()).isZero();
    assertThat(report.skipped()).isTrue();
    assertThat(statistics.byName()).containsEntry("entriesSrc", 0L);
    assertThat(ground.look(options)).isEqualTo(before);
  }

  @Test
  void unchangedNestedCatalog_isSkipped_unlessTheSpecificationIsAnotherOne() throws IOException {
    Tree tree = twoCatalogs("one");
    ground.publish(tree);
    ExportOptions options = ground.into("base");
    ground.export(options);
    tree.file("/outside", "new");
    ground.publish(tree);
    ExportCounters skipping = new ExportCounters();

    assertThat(ground.export(options, skipping).skipped()).isTrue();

    assertThat(skipping.byName()).containsEntry("entriesDest", 5L);
    assertThat(ground.verify(options)).isEmpty();
    ground.specification("/*\n!/nested/deep/*\n");
    assertThat(ground.export(options).skipped()).isFalse();
    assertThat(calls(options, "/nested/deep/file")).isFalse();
  }

  @Test
  void unchangedNestedCatalog_onTheWayOfAWildcard_isWalkedThrough() throws IOException {
    Tree tree = new Tree();
    tree.directory("/releases/root").nestedCatalog();
    tree.file("/releases/root/x86_64/lib", "library");
    tree.directory("/releases/root/x86_64/deep").nestedCatalog();
    tree.file("/releases/root/x86_64/deep/file", "deep");
    tree.directory("/releases/unwanted").nestedCatalog();
    tree.file("/releases/unwanted/arm64/lib", "library");
    ground.publish(tree);
    ground.specification("/releases/*/x86_64/*\n");
    ExportOptions options = ground.into("base");
    ground.export(options);
    Map<TreePath, String> before = ground.look(options);
    tree.file("/outside", "new");
    ground.publish(tree);

    ExportReport report = ground.export(options);

    assertThat(report.changes()).isZero();
    assertThat(report.skipped()).isTrue();
    assertThat(ground.look(options)).isEqualTo(before).containsKey(TreePath.of("/releases/root"));
    assertThat(ground.verify(options)).isEmpty();
  }

  private boolean calls(ExportOptions options, String path) throws IOException {
    return ground.calls().status(ground.visible(options, path)).isPresent();
  }

  private static Tree twoCatalogs(String content) {
    Tree tree = new Tree();
    tree.file("/file", content);
    tree.directory("/nested").nestedCatalog();
    tree.directory("/nested/deep").nestedCatalog();
    tree.file("/nested/deep/file", "deep");
    tree.file("/other/file", "other");
    return tree;
  }

  @Test
  void objectThatNobodyNeeds_isNotedWithItsRevision_andCollectedInTime() throws IOException {
    Tree tree = new Tree();
    tree.file("/a", "one");
    ground.publish(tree);
    ExportOptions options = ground.into("base");
    ground.export(options);
    tree.file("/a", "two");
    ground.publish(tree);

    ground.export(options);

    assertThat(ground.hasGarbage(options)).isTrue();
    assertThat(ground.store(options).values()).containsExactlyInAnyOrder(1L, 2L);
    assertThat(ground.export(options.withGarbage(OptionalLong.of(1))).garbageFiles()).isZero();
    tree.file("/b", "three");
    ground.publish(tree);
    ExportReport report = ground.export(options.withGarbage(OptionalLong.of(1)));
    assertThat(report.garbageFiles()).isEqualTo(1);
    assertThat(report.garbageBytes()).isEqualTo(3);
    assertThat(ground.hasGarbage(options)).isFalse();
  }

  @Test
  void objectThatIsNeededAgain_isNoGarbage() throws IOException {
    Tree tree = new Tree();
    tree.file("/a", "one");
    ground.publish(tree);
    ExportOptions options = ground.into("base");
    ground.export(options);
    tree.file("/a", "two");
    ground.publish(tree);
    ground.export(options);
    tree.file("/b", "one");
    ground.publish(tree);
    ground.export(options);

    assertThat(ground.export(options.withGarbage(ALL)).garbageFiles()).isZero();
    assertThat(ground.verify(options)).isEmpty();
  }

  @Test
  void missingObject_leavesTheTreeAsItWas() throws IOException {
    Tree tree = twoCatalogs("one");
    ground.publish(tree);
    ExportOptions options = ground.into("base");
    ground.export(options);
    Map<TreePath, String> before = ground.look(options);
    tree.file("/file", "two");
    tree.file("/nested/deep/file", "changed");
    tree.remove("/other");
    Revision second = ground.publish(tree);
    new ObjectDamage(ground.repository()).removeContentOf(second, "/nested/deep/file");

    assertThatThrownBy(() -> ground.export(options)).isInstanceOf(CvmfsFailure.class);

    assertThat(ground.look(options)).isEqualTo(before);
  }

  @Test
  void fullDisk_saysHowMuchIsMissing_andCountsWhatIsLinkedSeveralTimesOnce() throws IOException {
    Tree tree = new Tree();
    for (int i = 0; i < 200; i++) {
      tree.file("/file" + i, ("" + i % 2).repeat(1000));
    }
    ground.publish(tree);
    PosixCalls full =
        HookedCalls.before(
            "moveToFree",
            arguments -> {
              throw new IOException("No space left on device");
            });

    assertThatThrownBy(() -> ground.export(ground.into("base"), new ExportCounters(), full))
        .hasMessageContaining(" 2,000 bytes of content are still to be written");
  }

  @Test
  void unlinkedObjectsAfterThePowerWentOff_areProven() throws IOException {
    ExportOptions options = ground.into("base");
    cutOffByPowerCut(options);

    ground.publish(fileWith("/a", "one"));
    ground.export(options);

    assertThat(top(options).resolve("a")).hasContent("one");
  }

  @ParameterizedTest
  @EnumSource(ExportOptions.Check.class)
  void unlinkedObjectsAfterThePowerWentOff_thatNobodyNeeds_areNotBelievedLater(
      ExportOptions.Check check) throws IOException {
    ExportOptions options = ground.into("base");
    cutOffByPowerCut(options);
    Tree tree = fileWith("/b", "two");
    ground.publish(tree);
    ground.export(options.withCheck(check));
    tree.file("/a", "one");
    ground.publish(tree);

    ground.export(options);

    assertThat(top(options).resolve("a")).hasContent("one");
    assertThat(ground.verify(options)).isEmpty();
  }

  @Test
  void unlinkedObjectsAfterThePowerWentOff_inAStoreOfTwoFolders_areBelievedByNeither()
      throws IOException {
    Optional<Path> store = Optional.of(temporary.resolve("store"));
    cutOffByPowerCut(ground.into("one").withData(store));
    ExportOptions options = ground.into("two").withData(store);
    ground.publish(fileWith("/a", "one"));

    ground.export(options);

    assertThat(top(options).resolve("a")).hasContent("one");
    assertThat(ground.layout(options).underway()).isEmptyDirectory();
  }

  /** A run that was under way, and an object of {@code one} that never arrived on the disk. */
  private void cutOffByPowerCut(ExportOptions options) throws IOException {
    ground.publish(fileWith("/a", "one"));
    ground.export(options);
    ground.publish(new Tree());
    ground.export(options);
    Path object = options.dataFolder().resolve(ground.store(options).keySet().iterator().next());
    FileTime time = Files.getLastModifiedTime(object);
    Files.writeString(object, "???");
    Files.setLastModifiedTime(object, time);
    Revision incomplete = ground.publish(fileWith("/b", "missing"));
    new ObjectDamage(ground.repository()).removeContentOf(incomplete, "/b");
    assertThatThrownBy(() -> ground.export(options)).isInstanceOf(CvmfsFailure.class);
    ground.reboot();
  }

  private static Tree fileWith(String path, String content) {
    Tree tree = new Tree();
    tree.file(path, content);
    return tree;
  }

  private Path top(ExportOptions options) {
    return ground.layout(options).tree();
  }

  @Test
  void foreignStore_isProvenBeforeItIsUsed_andKeptWhereItIsRight() throws IOException {
    Tree tree = new Tree();
    tree.file("/good", "good");
    tree.file("/bad", "bad");
    ground.publish(tree);
    ExportOptions options = ground.into("base");
    ground.export(options);
    long good = status(options, "/good").inode();
    Path bad = options.base().resolve(ExportGround.FQRN).resolve("bad");
    FileTime time = Files.getLastModifiedTime(bad);
    Files.writeString(bad, "BAD");
    Files.setLastModifiedTime(bad, time);
    Files.delete(options.base().resolve(".data/.format"));
    Files.delete(ground.layout(options).provenance().resolve("export.info"));

    ExportReport report = ground.export(options);

    assertThat(report.takenOver()).isTrue();
    assertThat(status(options, "/good").inode()).isEqualTo(good);
    assertThat(bad).hasContent("bad");
    assertThat(ground.export(options.withCheck(ExportOptions.Check.ALL)).takenOver()).isFalse();
  }

  @Test
  void secondRunInTheSamePlace_isRefused_untilTheFirstIsDone() throws IOException {
    ground.publish(twoCatalogs("one"));
    ExportOptions options = ground.into("base");
    ground.export(options);
    Layout layout = options.layout(ExportGround.FQRN);

    try (ExportLock lock = ExportLock.take(layout, "tests")) {
      assertThat(lock).isNotNull();
      String owner =
          "in use at the moment: process %d tests it".formatted(ProcessHandle.current().pid());
      assertThatThrownBy(() -> ground.export(options))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(owner);
      assertThatThrownBy(() -> ground.verify(options))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(owner);
    }
    assertThat(ground.export(options).changes()).isZero();
  }

  @Test
  void verify_tellsOfEverythingThatIsWrong_andRepairMendsIt() throws IOException {
    Tree tree = twoCatalogs("one");
    tree.symlink("/link", "file");
    ground.publish(tree);
    ExportOptions options = ground.into("base");
    ground.export(options);
    Path top = options.base().resolve(ExportGround.FQRN);
    Files.delete(top.resolve("link"));
    Files.writeString(top.resolve("foreign"), "x");
    FileTime time = Files.getLastModifiedTime(top.resolve("nested/deep/file"));
    Files.write(top.resolve("nested/deep/file"), "DEEP".getBytes(StandardCharsets.US_ASCII));
    Files.setLastModifiedTime(top.resolve("nested/deep/file"), time);
    Files.setLastModifiedTime(top.resolve("other"), FileTime.from(Instant.EPOCH));

    assertThat(ground.verify(options))
        .extracting(finding -> finding.path() + " " + finding.problem())
        .anyMatch(text -> text.equals("/link missing"))
        .anyMatch(text -> text.equals("/foreign not expected"))
        .anyMatch(text -> text.startsWith("/nested/deep/file its object in the store is damaged"))
        .anyMatch(text -> text.startsWith("/other mtime is 1970-01-01"));

    ground.export(options.withCheck(ExportOptions.Check.CONTENT));
    assertThat(ground.verify(options)).isEmpty();
  }

  private FileStatus status(ExportOptions options, String path) throws IOException {
    return ground.calls().status(ground.visible(options, path)).orElseThrow();
  }
}
