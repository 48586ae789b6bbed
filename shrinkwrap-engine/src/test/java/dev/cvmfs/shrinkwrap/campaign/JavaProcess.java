package dev.cvmfs.shrinkwrap.campaign;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a class of ours in a Java of its own, with as much memory as it is given. */
public final class JavaProcess {
  private JavaProcess() {}

  /**
   * Runs it to its end and returns what it printed.
   *
   * @param mainClass in our class path
   * @param heapMegabytes the most it may have, {@code -Xmx}
   * @param minutes after which it is killed
   * @throws AssertionError if it fails or is killed; the message has what it said
   */
  public static String run(
      Class<?> mainClass, int heapMegabytes, long minutes, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx%dm".formatted(heapMegabytes));
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Djava.io.tmpdir=" + System.getProperty("java.io.tmpdir"));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(mainClass.getName());
    command.addAll(arguments);
    Path output = Files.createTempFile("output", ".txt");
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
      process.destroyForcibly().waitFor();
      String text = Files.readString(output, StandardCharsets.UTF_8);
      if (!ended || process.exitValue() != 0) {
        throw new AssertionError(
            "%s %s with %d MB of heap:%n%s"
                .formatted(
                    mainClass.getSimpleName(),
                    ended ? "failed" : "did not end",
                    heapMegabytes,
                    text));
      }
      return text.strip();
    } finally {
      Files.delete(output);
    }
  }

  /** The most memory the heap has taken so far, garbage included, in bytes. */
  public static long heapHighWater() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
        .filter(pool -> pool.getType() == MemoryType.HEAP)
        .mapToLong(pool -> pool.getPeakUsage().getUsed())
        .sum();
  }
}
