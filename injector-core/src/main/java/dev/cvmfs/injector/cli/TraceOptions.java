package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import dev.cvmfs.shrinkwrap.trace.Skipped;
import dev.cvmfs.shrinkwrap.trace.Traces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of commands that read traces. */
final class TraceOptions {
  private static final Path STANDARD_INPUT = Path.of("/dev/stdin");

  @Parameters(
      arity = "1..*",
      paramLabel = "TRACE",
      description = {
        "Records of what programs used, each of a run: trace logs of the CVMFS client"
            + " (CVMFS_TRACEFILE), strace logs (best: strace -f -y), audit logs, lists of paths with a"
            + " line or a NUL after each. They are told apart by their content; - is standard input."
      })
  private List<Path> files = List.of();

  @Option(
      names = "--filter",
      paramLabel = "CALL",
      description = "Leave out calls of this name, such as lookup; can be repeated.")
  private List<String> filtered = List.of();

  @Option(
      names = {"-r", "--repo"},
      paramLabel = "FQRN",
      description = "The repository; without it, the only one that the traces are about.")
  private Optional<String> repository = Optional.empty();

  Traces read() throws IOException {
    Set<String> calls = new HashSet<>();
    filtered.forEach(call -> calls.add(call.replace("()", "")));
    Traces traces = new Traces(repository, calls);
    for (Path file : files) {
      traces.read(file.toString().equals("-") ? STANDARD_INPUT : file);
    }
    if (traces.uses() == 0) {
      // What is made of nothing would look like an answer.
      throw new SpecFailure(
          String.join(
              "\n",
              Stream.concat(
                      Stream.of(
                          "no path of %s is in %s"
                              .formatted(
                                  repository.map(fqrn -> "/cvmfs/" + fqrn).orElse("a repository"),
                                  what())),
                      leftOut(traces).stream())
                  .toList()));
    }
    return traces;
  }

  /** For messages. */
  String what() {
    return String.join(" ", files.stream().map(Path::toString).toList());
  }

  /** What was read and what was left out, a line each. */
  static List<String> summary(Traces traces) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%s of %s in %s"
            .formatted(
                Amounts.count(traces.uses(), "use", "uses"),
                Amounts.count(traces.distinct(), "path", "paths"),
                Amounts.count(traces.runs(), "run", "runs")));
    lines.addAll(leftOut(traces));
    return lines;
  }

  private static List<String> leftOut(Traces traces) {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<Skipped, Long> skipped : new TreeMap<>(traces.skipped()).entrySet()) {
      lines.add(
          "  left out: %s %s"
              .formatted(
                  Amounts.count(skipped.getValue(), "use", "uses"), skipped.getKey().meaning()));
    }
    return lines;
  }
}
