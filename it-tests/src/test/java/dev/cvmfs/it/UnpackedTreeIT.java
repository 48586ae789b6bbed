package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.ListedEntry;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedTreeIT {
  private static final String MAKE_TREE =
      """
      set -e
      umask 022
      mkdir -p dir/sub
      printf hello > dir/file
      ln dir/file dir/link
      ln dir/file dir/sub/far
      chown 4242:3000000000 dir/file
      chmod 4750 dir/file
      : > dir/empty
      ln -s 'a target' dir/symlink
      mknod dir/null c 1 3
      mknod dir/disk b 259 70000
      mkfifo dir/fifo
      printf x > "dir/$(printf 'latin-\\351')"
      printf x > "dir/$(printf 'new\\nline')"
      printf x > "dir/sub/$(printf %0220d 7)"
      setfattr -n user.bin -v 0x00ff10 dir/sub
      setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 dir/file
      touch -h -d '2024-03-01 12:00:00.123456789 UTC' dir/symlink dir/empty
      touch -d '1960-01-01 00:00:00.5 UTC' dir/sub
      """;

  private @TempDir Path folder;
  private Path tree = Path.of("not-made-yet");

  @BeforeEach
  void makeTree() throws IOException {
    Needs.root();
    Needs.parts(RealPart.TAR, RealPart.SETFATTR);
    tree = Files.createDirectory(folder.resolve("tree"));
    Command.of("sh", "-c", MAKE_TREE).in(tree).run().orThrow();
  }

  @Test
  void everyKindOfFile_isListedInEveryField() throws IOException {
    List<ListedEntry> entries = UnpackedTree.list(tree);

    assertThat(entries).hasSize(13);
    ListedEntry file = find(entries, "/dir/file");
    assertThat(file.mode()).isEqualTo(0104750);
    assertThat(file.uid()).isEqualTo(4242);
    assertThat(file.gid()).isEqualTo(3_000_000_000L);
    assertThat(file.size()).isEqualTo(OptionalLong.of(5));
    assertThat(file.sha256())
        .contains("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assertThat(file.xattrs())
        .hasToString("{security.capability=0100000200200000000000000000000000000000}");
    assertThat(file.linkGroup()).isPresent();
    assertThat(find(entries, "/dir/link").linkGroup()).isEqualTo(file.linkGroup());
    assertThat(find(entries, "/dir/sub/far").linkGroup()).isEqualTo(file.linkGroup());
    assertThat(find(entries, "/dir/empty").mtime())
        .isEqualTo(new Timestamp(1_709_294_400, 123_456_789));
    assertThat(find(entries, "/dir/symlink").mtime())
        .isEqualTo(new Timestamp(1_709_294_400, 123_456_789));
    assertThat(find(entries, "/dir/symlink").target()).contains(ByteString.of("a target"));
    assertThat(find(entries, "/dir/sub").mtime())
        .isEqualTo(new Timestamp(-315_619_200, 500_000_000));
    assertThat(find(entries, "/dir/sub").xattrs()).hasToString("{user.bin=00ff10}");
    assertThat(find(entries, "/dir/null").device()).contains("1:3");
    assertThat(find(entries, "/dir/disk").device()).contains("259:70000");
    assertThat(find(entries, "/dir/fifo").isFifo()).isTrue();
    assertThat(find(entries, "/dir/new\nline").size()).isEqualTo(OptionalLong.of(1));
    assertThat(find(entries, "/dir/sub/" + "0".repeat(219) + "7").isRegularFile()).isTrue();
    assertThat(entries)
        .extracting(entry -> HexFormat.of().formatHex(entry.path().name()))
        .contains("6c6174696e2de9");
  }

  @Test
  void handMadeLayer_unpackedByUmoci_listsLikeTheTree() throws IOException {
    Needs.parts(RealPart.UMOCI);
    Path layer = folder.resolve("layer.tar");
    Command.of(RealPart.TAR.path(), "--create", "--format=posix", "--xattrs")
        .and("--xattrs-include=*", "-C", tree.toString(), "-f", layer.toString(), "dir")
        .run()
        .orThrow();
    Umoci umoci = Umoci.create(folder.resolve("layout"), "one");
    umoci.addLayer("one", layer);

    Path unpacked = umoci.unpack("one", folder.resolve("bundle"));

    assertThat(ListingDifference.between(UnpackedTree.list(tree), UnpackedTree.list(unpacked)))
        .isEmpty();
  }

  @Test
  void changedTree_differencesNameEveryField() throws IOException {
    List<ListedEntry> before = UnpackedTree.list(tree);
    String change =
        """
        set -e
        chmod 0600 dir/fifo
        rm dir/link
        cp -p dir/file dir/link
        setfattr -x user.bin dir/sub
        touch -d '1960-01-01 00:00:00.25 UTC' dir/sub
        printf abc > dir/empty
        touch -d '2024-03-01 12:00:00.123456789 UTC' dir/empty
        rm dir/null
        : > extra
        """;
    Command.of("sh", "-c", change).in(tree).run().orThrow();

    List<String> differences = ListingDifference.between(before, UnpackedTree.list(tree));

    assertThat(differences)
        .contains(
            "/dir/fifo: mode is 10600, expected 10644",
            "/dir/link: is not a hard link, expected one of the links of /dir/file",
            "/dir/sub: xattrs is {}, expected {user.bin=00ff10}",
            "/dir/empty: size is OptionalLong[3], expected OptionalLong[0]",
            "/dir/null: missing",
            "/extra: not expected")
        .anyMatch(line -> line.startsWith("/dir/sub: mtime is "))
        .anyMatch(line -> line.startsWith("/dir/empty: sha256 is "));
  }

  private static ListedEntry find(List<ListedEntry> entries, String path) {
    Optional<ListedEntry> found =
        entries.stream().filter(entry -> entry.path().equals(TreePath.of(path))).findFirst();
    assertThat(found).as(path).isPresent();
    return found.orElseThrow();
  }
}
