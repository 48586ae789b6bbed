package dev.cvmfs.it.benchmark;

import java.util.Arrays;
import java.util.List;

/** Runs the benchmark named first, with the options that follow. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length == 0 || !arguments[0].equals("cvmfs")) {
      System.err.println("benchmark: say which: cvmfs [--OPTION=NUMBER...]");
      System.exit(2);
    }
    List<String> options = Arrays.asList(arguments).subList(1, arguments.length);
    MachineFacts.print(System.out);
    CvmfsBenchmark.run(CvmfsBenchmark.Size.of(Options.parse(options)), System.out);
  }
}
