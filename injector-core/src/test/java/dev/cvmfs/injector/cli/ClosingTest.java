package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.SampleRepository;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs whose folder for temporary files cannot be removed at the end, as on network file systems,
 * where a file's name stays for as long as somebody has it open: the work's own result stands.
 */
class ClosingTest {
  private static final String FQRN = SampleRepository.TINY.fqrn();

  @TempDir private Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path conf = Path.of("");
  private Path spec = Path.of("");

  @BeforeEach
  void publish() throws IOException {
    Path repository = SampleRepository.TINY.copyInto(folder);
    Files.copy(repository.resolve("r1.cvmfspublished"), repository.resolve(".cvmfspublished"));
    conf =
        Files.writeString(
            folder.resolve("tiny.conf"),
            "CVMFS_SERVER_URL=%s\nCVMFS_PUBLIC_KEY=%s\n"
                .formatted(repository.toUri(), SampleRepository.TINY.masterKey(repository)));
    spec = Files.writeString(folder.resolve(FQRN + ".spec"), "/bin/*\n");
  }

  @Test
  void injection_ofImages_endsAsItWould() throws IOException {
    String images = "oci:" + folder.resolve("images");
    PrintStream usual = new PrintStream(out, true, UTF_8);
    assertThat(run(usual, "export", FQRN, "--to", images + ":one", "--spec", spec.toString()))
        .isEqualTo(ExitCode.OK.number());
    PrintStream spoiling = new PrintStream(new Spoiler(), true, UTF_8);

    assertThat(run(spoiling, "oci", images + ":one", "--json", "--spec", spec.toString()))
        .isEqualTo(ExitCode.OK.number());
    assertThat(run(spoiling, "oci", images + ":one", images + ":none", "--json"))
        .isEqualTo(ExitCode.IMAGE.number());

    assertThat(folder.resolve("cache/tmp")).isDirectoryContaining("glob:**/process-*");
    assertThat(err.toString(UTF_8)).doesNotContain("defect");
  }

  private int run(PrintStream stdout, String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("-c", conf.toString(), "--cache", folder.resolve("cache").toString()));
    return Program.execute(
        new Surroundings(
            stdout,
            new PrintStream(err, true, UTF_8),
            Map.of("HOME", folder.toString()),
            OptionalInt.empty(),
            () -> 0),
        all.toArray(String[]::new));
  }

  /** Puts a file in the place of each process's folder as soon as a result is printed. */
  private final class Spoiler extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      out.write(b);
      List<Path> folders = new ArrayList<>();
      try (DirectoryStream<Path> processes =
          Files.newDirectoryStream(folder.resolve("cache/tmp"), "process-*")) {
        processes.forEach(folders::add);
      }
      for (Path process : folders) {
        if (Files.isDirectory(process)) {
          Files.move(process, folder.resolve("spoiled-" + process.getFileName()));
          Files.createFile(process);
        }
      }
    }
  }
}
