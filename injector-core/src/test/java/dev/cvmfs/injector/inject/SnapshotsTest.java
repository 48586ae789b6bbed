package dev.cvmfs.injector.inject;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of the configuration shapes a layer, and that it is noted in the layer. */
class SnapshotsTest {
  private static final String FQRN = "tiny.example.org";

  @TempDir private Path folder;
  private Path repository = Path.of("");
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Specification everything = Specification.parse("/*\n".getBytes(UTF_8), "test");

  @BeforeEach
  void publish() throws IOException {
    repository = SampleRepository.TINY.copyInto(folder);
    Files.copy(repository.resolve("r1.cvmfspublished"), repository.resolve(".cvmfspublished"));
    settings.put("CVMFS_SERVER_URL", repository.toUri().toString());
    settings.put("CVMFS_PUBLIC_KEY", SampleRepository.TINY.masterKey(repository).toString());
  }

  private Snapshots snapshots() {
    return new Snapshots(
        folder.resolve("cache"), Conf.of(settings, "test"), ProgressListener.SILENT);
  }

  private static String info(Snapshots.Opened opened, Specification specification)
      throws IOException {
    byte[] info =
        LayerProvenance.files(specification, "cvmfs", LayerShape.USUAL, opened.conf())
            .getOrDefault("layer.info", new byte[0]);
    return new String(info, UTF_8);
  }

  @Test
  void claimedOwnership_isRootsInImages() throws IOException {
    settings.put("CVMFS_CLAIM_OWNERSHIP", "yes");
    try (Snapshots snapshots = snapshots()) {
      Snapshots.Opened opened = snapshots.open(FQRN);
      try (EntryCursor entries = opened.snapshot().walk(everything)) {
        assertThat(entries)
            .toIterable()
            .hasSizeGreaterThan(100)
            .allMatch(entry -> entry.attributes().uid() == 0 && entry.attributes().gid() == 0);
      }
      assertThat(info(opened, everything)).contains("CVMFS_CLAIM_OWNERSHIP : yes\n");
    }
  }

  @Test
  void symlinkVariables_areNotedSorted() throws IOException {
    settings.put("CVMFS_SHRINKWRAP_SYMLINK_VARS", "TINY_VAR=/b  A=x");
    try (Snapshots snapshots = snapshots()) {
      Snapshots.Opened opened = snapshots.open(FQRN);

      assertThat(info(opened, everything))
          .isEqualTo(
              "format : 1\nprefix : cvmfs\nCVMFS_SHRINKWRAP_SYMLINK_VARS : A=x TINY_VAR=/b\n");
    }
  }

  @Test
  void missingSignatureChecks_areNotedInLayerAndReport() throws IOException {
    settings.put("CVMFS_SHRINKWRAP_UNVERIFIED", "yes");
    try (Snapshots snapshots = snapshots()) {
      Snapshots.Opened opened = snapshots.open(FQRN);
      SliceSource source = new SliceSource();
      source.add(opened, everything);

      assertThat(opened.snapshot().trust()).isInstanceOf(Trust.Unverified.class);
      assertThat(info(opened, everything)).contains("CVMFS_SHRINKWRAP_UNVERIFIED : yes\n");
      assertThat(source.report()).singleElement().matches(repository -> !repository.verified());
    }
  }

  @Test
  void usualConfiguration_leavesNoNote() throws IOException {
    try (Snapshots snapshots = snapshots()) {
      Snapshots.Opened opened = snapshots.open(FQRN);

      assertThat(info(opened, everything)).isEqualTo("format : 1\nprefix : cvmfs\n");
    }
  }

  /** As the images of an index may have been made. */
  @Test
  void layersOfOtherSettings_areEachReadWithTheirs() throws IOException {
    try (Snapshots snapshots = snapshots()) {
      assertThat(owners(snapshots.open(FQRN, Map.of()))).hasSizeGreaterThan(1);
      assertThat(owners(snapshots.open(FQRN, Map.of("CVMFS_CLAIM_OWNERSHIP", "yes"))))
          .containsExactly(0L);
      assertThat(snapshots.open(FQRN, Map.of())).isSameAs(snapshots.open(FQRN));
    }
  }

  @Test
  void laterSettings_findTheStateOfTheFirst() throws IOException {
    try (Snapshots snapshots = snapshots()) {
      Snapshot first = snapshots.snapshot(FQRN);
      Files.copy(
          repository.resolve("r2.cvmfspublished"),
          repository.resolve(".cvmfspublished"),
          StandardCopyOption.REPLACE_EXISTING);

      Snapshot second = snapshots.open(FQRN, Map.of("CVMFS_WORLD_READABLE", "yes")).snapshot();

      assertThat(second.rootHash()).isEqualTo(first.rootHash());
      assertThat(second.revision()).isEqualTo(first.revision());
    }
  }

  private Set<Long> owners(Snapshots.Opened opened) {
    Set<Long> owners = new TreeSet<>();
    try (EntryCursor entries = opened.snapshot().walk(everything)) {
      entries.forEachRemaining(entry -> owners.add(entry.attributes().uid()));
    }
    return owners;
  }
}
