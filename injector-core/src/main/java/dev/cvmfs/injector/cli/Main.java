package dev.cvmfs.injector.cli;

import java.util.Locale;

/** Where the program starts. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    // Numbers look alike for everybody: in layers and requests, where others read them, and in
    // messages.
    Locale.setDefault(Locale.ROOT);
    Surroundings surroundings = Surroundings.ofProcess();
    if (arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"))) {
      // Asked for by scripts all the time, so without setting up the whole command line.
      surroundings.out().println(ProgramVersion.text());
      System.exit((surroundings.out().checkError() ? ExitCode.LOCAL_DISK : ExitCode.OK).number());
    }
    System.exit(Program.execute(surroundings, arguments));
  }
}
