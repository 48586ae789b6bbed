package dev.cvmfs.it.demo;

import dev.cvmfs.it.CommandLine;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where {@code bin/demo} starts. Exit code 1 means that something was not as the demo says. The one
 * argument {@code --colours} says that the output goes to a terminal that can show them.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    Narrator narrator = new Narrator(out, List.of(arguments).contains("--colours"));
    Path project = CommandLine.project();
    Path folder = project.resolve("target/demo-" + ProcessHandle.current().pid());
    Files.createDirectories(folder);
    // Also when the user ends it.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    try {
      Demo.run(narrator, project, folder);
    } catch (DemoFailure failure) {
      System.err.println("bin/demo: " + failure.getMessage());
      System.exit(1);
    }
    System.exit(0);
  }

  private static void delete(Path tree) {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the demo's files in " + tree, e);
    }
  }
}
