package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.archive.Replacement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where commands write the specification that they made. */
final class SpecOutput {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "SPEC",
      description = "Where to write it; to stdout without.")
  private Optional<Path> output = Optional.empty();

  /** Writes it; a file is there with all of it, or is left as it was. */
  void write(byte[] text, Surroundings surroundings) throws IOException {
    if (output.isEmpty()) {
      surroundings.out().write(text, 0, text.length);
      surroundings.out().flush();
      return;
    }
    Path file = output.get();
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A pipe or /dev/stdout, which nothing can take the place of.
      Files.write(file, text);
      return;
    }
    try (Replacement replacement = Replacement.of(file)) {
      replacement.stream().write(text);
      replacement.commit(false);
    }
  }

  /** For messages: where it went. */
  String where() {
    return output.map(Path::toString).orElse("stdout");
  }
}
