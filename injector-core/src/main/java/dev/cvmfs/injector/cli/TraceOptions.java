package dev.cvmfs.injector.cli;

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
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The arguments of commands that read traces. */
final class TraceOptions {
  @Parameters(
      arity = "1..*",
      paramLabel = "TRACE",
      description = {
        "Records of what programs used, each of a run: trace logs of the CVMFS client"
            + " (CVMFS_TRACEFILE), strace logs (best: strace -f -y), audit logs, lists of paths with a"
            + " line or a NUL after each. They are told apart by their content."
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
      traces.read(file);
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
    lines.add("%,d uses of paths in %d runs".formatted(traces.uses(), traces.runs()));
    for (Map.Entry<Skipped, Long> skipped : traces.skipped().entrySet()) {
      lines.add("  left out: %,d %s".formatted(skipped.getValue(), skipped.getKey().meaning()));
    }
    return lines;
  }
}
