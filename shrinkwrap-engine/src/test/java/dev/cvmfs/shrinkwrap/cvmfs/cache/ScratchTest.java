package dev.cvmfs.shrinkwrap.cvmfs.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScratchTest {
  @TempDir Path parent;

  private long folders() throws IOException {
    try (Stream<Path> files = Files.list(parent)) {
      return files.filter(Files::isDirectory).count();
    }
  }

  @Test
  void twoScratches_ofOneProcess_doNotRemoveEachOther() throws IOException {
    try (Scratch first = Scratch.below(parent)) {
      Path file = Files.createFile(first.newFile("x"));
      try (Scratch second = Scratch.below(parent)) {
        assertThat(Files.createFile(second.newFile("x"))).isNotEqualTo(file).exists();
        assertThat(file).exists();
      }
      assertThat(file).exists();
    }
    assertThat(folders()).isZero();
  }

  @Test
  void folderOfADeadProcess_isRemovedByTheNext() throws IOException {
    Path abandoned = Files.createDirectory(parent.resolve("process-1-1-x"));
    Files.writeString(abandoned.resolve("lock"), "");
    Files.writeString(abandoned.resolve("object"), "half");
    Files.createDirectory(parent.resolve("process-1-2-x"));
    try (Scratch scratch = Scratch.below(parent)) {
      assertThat(abandoned).doesNotExist();
      assertThat(folders()).isEqualTo(1);
      assertThat(Files.createFile(scratch.newFile("z"))).exists();
    }
  }

  @Test
  void folderWhoseLockCannotBeOpened_isLeftAlone() throws IOException {
    Path folder = Files.createDirectory(parent.resolve("process-1-4-x"));
    // What permissions are to others, this is even to root.
    Path lock = Files.createDirectory(folder.resolve("lock"));

    Scratch.below(parent).close();

    assertThat(lock).exists();
  }

  @Test
  void folderOfALivingProcess_isLeftAlone() throws Exception {
    Path folder = Files.createDirectory(parent.resolve("process-1-3-x"));
    Path lock = Files.writeString(folder.resolve("lock"), "");
    // Java's own locks and flock's do not see each other, so the other process is a Java one.
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                LockHolder.class.getName(),
                lock.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('L');
      Scratch.below(parent).close();
      assertThat(folder).exists();
    } finally {
      other.destroyForcibly().waitFor();
    }
    Scratch.below(parent).close();
    assertThat(folder).doesNotExist();
  }
}
