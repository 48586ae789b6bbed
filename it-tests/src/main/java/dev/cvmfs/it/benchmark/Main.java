package dev.cvmfs.it.benchmark;

import java.util.Arrays;

/** Runs the benchmark named first, with the options that follow. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws Exception {
    String which = arguments.length == 0 ? "" : arguments[0];
    Options options = Options.parse(Arrays.stream(arguments).skip(1).toList());
    MachineFacts.print(System.out);
    switch (which) {
      case "cvmfs" -> CvmfsBenchmark.run(CvmfsBenchmark.Size.of(options), System.out);
      case "layer" -> LayerBenchmark.run(LayerBenchmark.Size.of(options), System.out);
      case "export" -> ExportBenchmark.run(ExportBenchmark.Size.of(options), System.out);
      case "direct" -> DirectBenchmark.run(DirectBenchmark.Size.of(options), System.out);
      case "registry" -> RegistryBenchmark.run(RegistryBenchmark.Size.of(options), System.out);
      case "spec" -> SpecBenchmark.run(SpecBenchmark.Size.of(options), System.out);
      default -> {
        System.err.println(
            "benchmark: say which: cvmfs, layer, export, direct, registry or spec [--OPTION=NUMBER...]");
        System.exit(2);
      }
    }
  }
}
