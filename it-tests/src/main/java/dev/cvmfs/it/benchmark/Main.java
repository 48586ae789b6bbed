package dev.cvmfs.it.benchmark;

import java.util.Arrays;

/** Runs the benchmark named first, with the options that follow. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    String which = arguments.length == 0 ? "" : arguments[0];
    if (!which.equals("cvmfs") && !which.equals("registry")) {
      System.err.println("benchmark: say which: cvmfs or registry [--OPTION=NUMBER...]");
      System.exit(2);
    }
    Options options = Options.parse(Arrays.asList(arguments).subList(1, arguments.length));
    MachineFacts.print(System.out);
    if (which.equals("cvmfs")) {
      CvmfsBenchmark.run(CvmfsBenchmark.Size.of(options), System.out);
    } else {
      RegistryBenchmark.run(RegistryBenchmark.Size.of(options), System.out);
    }
  }
}
