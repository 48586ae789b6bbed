package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.image.ImageFailure;

/** Where the program starts. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) {
    Surroundings surroundings = Surroundings.ofProcess();
    if (arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"))) {
      // Asked for by scripts all the time, so without setting up the whole command line.
      surroundings.out().println(ProgramVersion.text());
      return;
    }
    System.exit(new Program(surroundings, job()).run(arguments));
  }

  private static OciJob job() {
    return (image, options, progress) -> {
      throw new ImageFailure("this build cannot work on images yet: " + image);
    };
  }
}
