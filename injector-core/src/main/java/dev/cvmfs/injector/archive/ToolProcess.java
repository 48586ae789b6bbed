package dev.cvmfs.injector.archive;

import dev.cvmfs.injector.spool.WorkDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Another program that reads what we write; if it fails, what it said is in the message. */
final class ToolProcess implements AutoCloseable {
  private static final int SAID = 2000;

  private final String name;
  private final Process process;
  private final Path output;

  private ToolProcess(String name, Process process, Path output) {
    this.name = name;
    this.process = process;
    this.output = output;
  }

  /**
   * Starts a program.
   *
   * @param work for what it says
   */
  static ToolProcess start(List<String> command, WorkDirectory work) throws IOException {
    Path output = work.newFile("tool");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    // Would make the files' times others than the repository's.
    builder.environment().remove("SOURCE_DATE_EPOCH");
    return new ToolProcess(command.get(0), builder.start(), output);
  }

  /** Its standard input. */
  OutputStream input() {
    return new ExplainedOutput(process.getOutputStream(), this::gone);
  }

  /** It does not read any further; why, it may have said. */
  private IOException gone(IOException e) throws IOException {
    int exitCode = await();
    return new IOException(
        "%s ended with %d before it had the whole archive: %s"
            .formatted(name, exitCode, said().isEmpty() ? e.getMessage() : said()),
        e);
  }

  /**
   * Says that this was all, and waits for the program to end.
   *
   * @throws IOException with what it said if it fails
   */
  void finish() throws IOException {
    try {
      // The last of it may only be written now.
      process.getOutputStream().close();
    } catch (IOException e) {
      throw gone(e);
    }
    int exitCode = await();
    if (exitCode != 0) {
      throw new IOException("%s ended with %d: %s".formatted(name, exitCode, said()));
    }
  }

  private int await() throws IOException {
    try {
      return process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + name);
    }
  }

  private String said() throws IOException {
    try (InputStream in = Files.newInputStream(output)) {
      in.skip(Math.max(0, Files.size(output) - SAID));
      return new String(in.readNBytes(SAID), StandardCharsets.UTF_8).strip();
    }
  }

  /** Ends it if it has not ended. */
  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      process.destroyForcibly();
      await();
    }
  }
}
