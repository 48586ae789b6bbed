package dev.cvmfs.injector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SplitFilesTest {

  @ParameterizedTest
  @CsvSource({
    "/x/sw.tar.gz,   /a/root,    /x/sw-root.tar.gz",
    "/x/sw.tar.zst,  /6.32.02,   /x/sw-6.32.02.tar.zst",
    "/x/sw.tgz,      /a/b/c,     /x/sw-c.tgz",
    "/x/sw.squashfs, /with blank, /x/sw-with%20blank.squashfs",
    "/x/sw,          /50%,       /x/sw-50%25",
    "/x/.tar,        /é,         /x/.tar-%c3%a9",
  })
  void directory_hasAFileBesideTheOne(Path file, String directory, Path expected) {
    assertThat(new SplitFiles(file).of(TreePath.of(directory))).isEqualTo(expected);
  }
}
