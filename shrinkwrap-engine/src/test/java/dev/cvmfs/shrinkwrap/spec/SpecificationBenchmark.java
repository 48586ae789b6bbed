package dev.cvmfs.shrinkwrap.spec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.cvmfs.shrinkwrap.tree.TreePath;

/**
 * Prints how fast specifications are read and asked. Run it by hand: it takes a number of lines,
 * and of lines with wildcards among them.
 */
final class SpecificationBenchmark {
  private static final int QUESTIONS = 1_000_000;

  private SpecificationBenchmark() {}

  public static void main(String[] arguments) {
    int lines = Integer.parseInt(arguments[0]);
    int wildcards = Integer.parseInt(arguments[1]);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < lines; i++) {
      text.append("/sw/lcg/%d/p%d/lib/*\n".formatted(i % 100, i));
    }
    for (int i = 0; i < wildcards; i++) {
      text.append("!/sw/lcg/%d/**/tests%d\n".formatted(i % 100, i));
    }
    byte[] source = text.toString().getBytes(UTF_8);
    TreePath[] paths = new TreePath[1000];
    for (int i = 0; i < paths.length; i++) {
      paths[i] =
          TreePath.of(
              "/sw/lcg/%d/p%d/lib/python3.11/site-packages/numpy/core_%d.py"
                  .formatted(i % 100, i * 37, i));
    }
    for (int round = 0; round < 5; round++) {
      long start = System.nanoTime();
      SpecificationFile specification = Specification.parse(source, "benchmark");
      long read = System.nanoTime();
      int included = 0;
      for (int i = 0; i < QUESTIONS; i++) {
        included += specification.includes(paths[i % paths.length]) ? 1 : 0;
      }
      long asked = System.nanoTime();
      System.out.printf(
          "%,d lines read in %.0f ms, %.2f million questions a second (%d)%n",
          lines + wildcards, (read - start) / 1e6, QUESTIONS / ((asked - read) / 1e3), included);
    }
  }
}
