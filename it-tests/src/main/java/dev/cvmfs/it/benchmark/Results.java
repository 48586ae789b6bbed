package dev.cvmfs.it.benchmark;

import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Numbers by what was measured, one for each run; printed as a table of medians. */
final class Results {
  private final Map<String, List<Double>> numbers = new LinkedHashMap<>();

  void add(String what, double number) {
    numbers.computeIfAbsent(what, key -> new ArrayList<>()).add(number);
  }

  /** Adds the seconds that something takes, once the disk has nothing else to do. */
  void time(String what, Work work) throws IOException {
    Disk.settle();
    long start = System.nanoTime();
    work.run();
    add(what, (System.nanoTime() - start) / 1e9);
  }

  /** Something that takes its time. */
  interface Work {
    void run() throws IOException;
  }

  double median(String what) {
    List<Double> sorted = numbers.getOrDefault(what, List.of()).stream().sorted().toList();
    if (sorted.isEmpty()) {
      throw new IllegalArgumentException("not measured: " + what);
    }
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  boolean has(String what) {
    return numbers.containsKey(what);
  }

  /** In Markdown, so that it can be kept. */
  void print(PrintStream out) {
    out.println("| | median | least | most |");
    out.println("|---|---:|---:|---:|");
    numbers.forEach(
        (what, values) ->
            out.printf(
                "| %s | %s | %s | %s |%n",
                what,
                text(median(what)),
                text(values.stream().mapToDouble(value -> value).min().orElseThrow()),
                text(values.stream().mapToDouble(value -> value).max().orElseThrow())));
  }

  private static String text(double number) {
    return String.format(Locale.ROOT, number < 10 ? "%.1f" : "%,.0f", number);
  }
}
