package dev.cvmfs.injector.cli;

import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.shrinkwrap.closure.Closure;
import dev.cvmfs.shrinkwrap.trace.SpecBuilder;
import dev.cvmfs.shrinkwrap.trace.Traces;
import java.util.ArrayList;
import java.util.List;

/** What {@code spec build} tells of its work, for people. */
final class BuildText {
  private static final int SHOWN = 20;

  private final boolean all;

  /**
   * @param all whether lists are shown to their ends
   */
  BuildText(boolean all) {
    this.all = all;
  }

  /** The lines. */
  List<String> of(Traces traces, SpecBuilder.Built built, String where) {
    List<String> lines = new ArrayList<>(TraceOptions.summary(traces));
    if (built.missingCount() > 0) {
      lines.add(
          "  left out: %s that the repository does not have"
              .formatted(Amounts.count(built.missingCount(), "path", "paths")));
      List<String> missing = built.missing().stream().map(path -> "    " + path).toList();
      addSome(missing, built.missingCount(), lines);
    }
    Closure.Result needs = built.needs();
    if (!needs.additions().isEmpty()) {
      lines.add(
          "  added: %s that used files need"
              .formatted(Amounts.count(needs.additions().size(), "path", "paths")));
    }
    if (!needs.missing().isEmpty()) {
      lines.add(
          "  needed, but not in the repository, so the image has to have %s:"
              .formatted(needs.missing().size() == 1 ? "it" : "them"));
      List<String> missing = needs.missing().stream().map(BuildText::line).toList();
      addSome(missing, missing.size(), lines);
    }
    needs
        .malformed()
        .forEach(
            (path, why) -> lines.add("  damaged: %s looks like ELF, but %s".formatted(path, why)));
    lines.add("%s written to %s".formatted(Amounts.count(built.lines(), "line", "lines"), where));
    return lines;
  }

  private static String line(Closure.Missing missing) {
    return missing.files() == 1
        ? "    %s, for %s".formatted(missing.name(), missing.by())
        : "    %s, for %s such as %s"
            .formatted(
                missing.name(), Amounts.count(missing.files(), "file", "files"), missing.by());
  }

  private void addSome(List<String> some, long of, List<String> lines) {
    int shown = all ? some.size() : Math.min(SHOWN, some.size());
    lines.addAll(some.subList(0, shown));
    if (shown < of) {
      String hint = all || some.size() < of ? "" : " (-v lists them)";
      lines.add("    and %s more%s".formatted(Amounts.count(of - shown), hint));
    }
  }
}
