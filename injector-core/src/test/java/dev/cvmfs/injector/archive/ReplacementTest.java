package dev.cvmfs.injector.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplacementTest {
  private @TempDir Path folder;

  /** Locks a file, says so, and holds it until its standard input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel =
          FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE)) {
        System.out.write(channel.tryLock() == null ? 0 : 1);
        System.out.flush();
        while (System.in.read() >= 0) {
          // Whatever is said.
        }
      }
    }
  }

  /** As when another process is about to remove what it takes for abandoned. */
  @Test
  void fileThatAnotherProcessHasLocked_isNotFree() throws IOException, InterruptedException {
    Path file = Files.createFile(folder.resolve("part"));
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      assertThat(holder.getInputStream().read()).isOne();

      assertThat(Replacement.isFree(channel)).isFalse();

      holder.getOutputStream().close();
      assertThat(holder.waitFor()).isZero();
      assertThat(Replacement.isFree(channel)).isTrue();
    } finally {
      holder.destroyForcibly();
    }
  }
}
