package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
  private @TempDir Path folder;

  /** Stands for our program: shows what reached it. */
  static final class Probe {
    private Probe() {}

    public static void main(String[] arguments) {
      System.out.println(String.join("|", arguments) + "|" + System.getenv("PROBE"));
      System.err.println("complaint");
      System.exit(3);
    }
  }

  @Test
  void mainClass_getsArgumentsAndEnvironment_andItsOutputIsKeptApart() {
    CommandResult result =
        CommandLine.mainClass(Probe.class.getName())
            .environment("PROBE", "ü")
            .in(folder)
            .run("a b", "*");

    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.stdout()).isEqualTo("a b|*|ü\n");
    assertThat(result.stderr()).isEqualTo("complaint\n");
    assertThatThrownBy(result::orThrow)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended with 3")
        .hasMessageContaining("complaint");
  }

  @Test
  void project_isTheFolderWithTheBuild() {
    assertThat(CommandLine.project().resolve("pom.xml")).exists();
    assertThat(CommandLine.project().resolve("it-tests")).isDirectory();
  }

  @Test
  void serverThatEndsAtOnce_isReportedWithItsOutput() {
    try (RealProcess process =
        RealProcess.start(
            Command.of("sh", "-c", "echo no such port; exit 5"), folder.resolve("out"))) {
      assertThatThrownBy(() -> process.awaitPort(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ended with 5")
          .hasMessageContaining("no such port");
    }
  }
}
