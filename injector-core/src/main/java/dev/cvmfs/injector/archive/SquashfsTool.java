package dev.cvmfs.injector.archive;

import dev.cvmfs.conf.ConfFailure;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A program that makes a squashfs file system of a tar archive on its standard input.
 *
 * @param kind which one it is
 * @param program where it is
 */
public record SquashfsTool(Kind kind, Path program) {
  private static final Pattern VERSION = Pattern.compile("version (\\d{1,4})\\.(\\d{1,4})");
  private static final int[] OLDEST_SQFSTAR = {4, 6};

  /** The programs we know, the better one first. */
  public enum Kind {
    /** Without "skip", what it cannot read would be left out in silence. */
    TAR2SQFS("tar2sqfs", "squashfs-tools-ng", "--quiet --force --no-skip --compressor gzip"),
    /** Takes nothing of the top directory from the archive. */
    SQFSTAR(
        "sqfstar",
        "squashfs-tools (4.6 or later)",
        "-quiet -no-progress -force -exit-on-error -mkfs-time 0 -root-time 0 -root-mode 0755"
            + " -root-uid 0 -root-gid 0");

    private final String command;
    private final String debianPackage;
    private final String options;

    Kind(String command, String debianPackage, String options) {
      this.command = command;
      this.debianPackage = debianPackage;
      this.options = options;
    }

    /** What the tool is always told. */
    List<String> options() {
      return List.of(options.split(" ", -1));
    }

    @Override
    public String toString() {
      return command;
    }
  }

  /**
   * Finds a program.
   *
   * @param wanted its name or path; empty for whichever is there
   * @throws ConfFailure if it is not there
   */
  public static SquashfsTool find(Optional<String> wanted, Map<String, String> environment)
      throws IOException {
    if (wanted.isPresent() && wanted.get().indexOf('/') >= 0) {
      return at(Path.of(wanted.get()));
    }
    List<Kind> kinds =
        wanted.map(name -> List.of(kindOf(name))).orElseGet(() -> List.of(Kind.values()));
    for (Kind kind : kinds) {
      Optional<Path> program = onPath(kind.command, environment);
      if (program.isPresent()) {
        return recent(new SquashfsTool(kind, program.get()));
      }
    }
    throw new ConfFailure(
        """
        squashfs files are made by %s, which is not on the PATH
        install %s; or export to a tar archive, and have squashfs made of it elsewhere"""
            .formatted(
                kinds.stream().map(kind -> kind.command).collect(Collectors.joining(" or ")),
                kinds.stream()
                    .map(kind -> kind.debianPackage)
                    .collect(Collectors.joining(" or "))));
  }

  private static SquashfsTool at(Path program) throws IOException {
    if (!Files.isExecutable(program)) {
      throw new ConfFailure("%s is no program that can be run".formatted(program));
    }
    return recent(
        new SquashfsTool(
            kindOf(Objects.requireNonNullElse(program.getFileName(), program).toString()),
            program));
  }

  /** Before 4.6 the time of the top directory came from the clock, whatever was asked for. */
  private static SquashfsTool recent(SquashfsTool tool) throws IOException {
    if (tool.kind() == Kind.TAR2SQFS) {
      return tool;
    }
    Process process =
        new ProcessBuilder(tool.program().toString(), "-version").redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said;
    try (InputStream in = process.getInputStream()) {
      said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Matcher version = VERSION.matcher(said);
    if (!version.find()
        || Arrays.compare(
                new int[] {Integer.parseInt(version.group(1)), Integer.parseInt(version.group(2))},
                OLDEST_SQFSTAR)
            < 0) {
      throw new ConfFailure(
          "%s is '%s', which is too old: from 4.6 on, or with tar2sqfs (squashfs-tools-ng), the same files give the same bytes"
              .formatted(tool.program(), said.lines().findFirst().orElse("")));
    }
    return tool;
  }

  private static Kind kindOf(String name) {
    return Arrays.stream(Kind.values())
        .filter(kind -> kind.command.equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new ConfFailure(
                    "%s is not known to make squashfs of tar archives; tar2sqfs and sqfstar are"
                        .formatted(name)));
  }

  private static Optional<Path> onPath(String command, Map<String, String> environment) {
    return Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, command))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
