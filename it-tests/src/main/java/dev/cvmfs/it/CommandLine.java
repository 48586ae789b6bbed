package dev.cvmfs.it;

import java.nio.file.Files;
import java.nio.file.Path;

/** Our own program, run as a user runs it: in a process of its own. */
public final class CommandLine {
  private final Command command;

  private CommandLine(Command command) {
    this.command = command;
  }

  /**
   * Our program as it was built last: the launcher of the project that we are in, else its runnable
   * jar, else the classes on our own class path.
   */
  public static CommandLine program() {
    Path jar = project().resolve("injector-core/target/cvmfs_shrinkwrap.jar");
    if (Files.isExecutable(project().resolve("bin/cvmfs_shrinkwrap")) && Files.exists(jar)) {
      return launcher(project()).environment("JAVA_HOME", System.getProperty("java.home"));
    }
    return Files.exists(jar)
        ? new CommandLine(Command.of(java(), "-jar", jar.toString()))
        : mainClass("dev.cvmfs.injector.cli.Main");
  }

  /** The launcher of a checked-out and built project, {@code bin/cvmfs_shrinkwrap}. */
  public static CommandLine launcher(Path project) {
    return new CommandLine(Command.of(project.resolve("bin/cvmfs_shrinkwrap").toString()));
  }

  /** A class with a {@code main} method on our own class path. */
  public static CommandLine mainClass(String name) {
    // Under surefire the real class path is in this property.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path", ""));
    return new CommandLine(Command.of(java(), "-cp", classPath, name));
  }

  private static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** With one more variable in its environment. */
  public CommandLine environment(String name, String value) {
    return new CommandLine(command.environment(name, value));
  }

  /** Started in another folder. */
  public CommandLine in(Path folder) {
    return new CommandLine(command.in(folder));
  }

  public CommandResult run(String... arguments) {
    return command.and(arguments).run();
  }

  /** The same, with its standard output in a file and none in the result. */
  public CommandResult runInto(Path stdout, String... arguments) {
    return command.and(arguments).runInto(stdout);
  }

  /** Starts the program and leaves it running; what it prints goes to a file. */
  public RealProcess start(Path output, String... arguments) {
    return RealProcess.start(command.and(arguments), output);
  }

  /**
   * The top folder of the project that we are running from.
   *
   * @throws IllegalStateException if we are not running inside one
   */
  public static Path project() {
    Path folder = Path.of(System.getProperty("user.dir")).toAbsolutePath();
    while (folder != null && !Files.isDirectory(folder.resolve(".mvn"))) {
      folder = folder.getParent();
    }
    if (folder == null) {
      throw new IllegalStateException("not inside a checked-out project");
    }
    return folder;
  }
}
