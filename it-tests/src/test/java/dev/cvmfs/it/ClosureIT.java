package dev.cvmfs.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.publisher.Content;
import dev.cvmfs.shrinkwrap.publisher.PublisherOptions;
import dev.cvmfs.shrinkwrap.publisher.RepositoryPublisher;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real programs of this machine in a repository: what their traces make of it is all that they
 * need. They run in a {@code chroot} in which there is nothing but an export.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClosureIT {
  /** Short, because the name of the loader has to fit where another one was. */
  private static final String FQRN = "x.org";

  private static final String ROOT = "/cvmfs/" + FQRN;
  private static final String LOADER = ROOT + "/sys/lib/ld.so";
  private static final String LIBRARIES = ROOT + "/sys/lib";
  private static final Pattern LIBRARY = Pattern.compile("\\s*(\\S+) => (/\\S+) \\(0x.*");
  private static final Pattern LOADER_OF_MACHINE = Pattern.compile("\\s*(/\\S+) \\(0x.*");
  private static final int FOUND = 9;

  // All are made once, before the first test.
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private ExportPlace place;

  @SuppressWarnings("NullAway.Init")
  private Settings settings;

  @SuppressWarnings("NullAway.Init")
  private String conf;

  @BeforeAll
  void publish(@TempDir Path temporary) throws IOException {
    folder = temporary;
    place = new ExportPlace(temporary);
    Needs.parts(RealPart.STRACE, RealPart.BUSYBOX);
    Tree tree = new Tree();
    putDynamicProgram("ls", tree);
    tree.file(TreePath.of("/bin/busybox"), Content.of(RealPart.BUSYBOX.find().orElseThrow()))
        .mode(0755);
    tree.symlink("/bin/sh", "busybox");
    tree.file(
            "/bin/workflow",
            """
            #!%1$s/bin/sh
            export LD_LIBRARY_PATH=%2$s
            %1$s/bin/list %1$s/data/in
            read line < %1$s/data/input
            echo "$line"
            """
                .formatted(ROOT, LIBRARIES))
        .mode(0755);
    tree.file("/data/in/first", "1");
    tree.file("/data/in/second", "2");
    tree.file("/data/input", "read by the workflow\n");
    tree.file("/data/other", "not read");
    tree.file("/sys/lib/libother.so", "no library");
    tree.directory("/sys").nestedCatalog();
    tree.file("/unused/file", "not read");
    RepositoryPublisher publisher =
        new RepositoryPublisher(place.newFolder("published"), PublisherOptions.named(FQRN));
    publisher.publish(tree);
    place.cvmfs().serve(publisher);
    settings = place.settings(publisher);
    conf = settings.writeInto(folder).toString();
  }

  @AfterAll
  void close() {
    place.close();
  }

  /** A program of this machine with all its libraries, and a loader that it finds in /cvmfs. */
  private static void putDynamicProgram(String name, Tree tree) throws IOException {
    Path program = Path.of(Command.of("sh", "-c", "command -v " + name).run().stdout().strip());
    List<String> lines = Command.of("ldd", program.toString()).run().stdout().lines().toList();
    String loader = "";
    for (String line : lines) {
      Matcher library = LIBRARY.matcher(line);
      Matcher loaderLine = LOADER_OF_MACHINE.matcher(line);
      if (library.matches()) {
        put(library.group(1), Path.of(library.group(2)), tree);
      } else if (loaderLine.matches()) {
        loader = loaderLine.group(1);
      }
    }
    Assumptions.assumeTrue(!loader.isEmpty(), name + " is not linked dynamically here");
    put("ld.so", Path.of(loader), tree);
    byte[] patched = withLoader(Files.readAllBytes(program), loader);
    tree.file("/bin/list", patched).mode(0755);
  }

  private static void put(String name, Path file, Tree tree) throws IOException {
    Path real = file.toRealPath();
    String realName = real.getFileName().toString();
    tree.file(TreePath.of("/sys/lib/" + realName), Content.of(real)).mode(0755);
    if (!realName.equals(name)) {
      tree.symlink("/sys/lib/" + name, realName);
    }
  }

  /** Another path to the loader, which is not longer, in place of the machine's. */
  private static byte[] withLoader(byte[] program, String loader) {
    String text = new String(program, StandardCharsets.ISO_8859_1);
    int at = text.indexOf(loader + "\0");
    assertThat(at).as("place of " + loader).isPositive();
    assertThat(LOADER.length()).isLessThanOrEqualTo(loader.length());
    byte[] patched = program.clone();
    Arrays.fill(patched, at, at + loader.length(), (byte) 0);
    System.arraycopy(LOADER.getBytes(StandardCharsets.US_ASCII), 0, patched, at, LOADER.length());
    return patched;
  }

  @Test
  void traceOfWorkflow_makesAnExportInWhichItRuns_andTheCheckNamesWhatIsTakenAway()
      throws IOException {
    Path all = export("/*\n");
    String expected = "first\nsecond\nread by the workflow\n";
    CommandResult first = trace(all, "first.trace");
    assertThat(first.orThrow().stdout()).isEqualTo(expected);
    assertThat(first.stderr()).contains("trace written to", " uses of x.org\n");

    String built = folder.resolve("built.spec").toString();
    // The kernel itself opens interpreters, which strace does not see.
    spec("build", "first.trace", "-o", built, "--policy", "closure").orThrow();
    Path slim = export(Files.readString(Path.of(built)));

    assertThat(run(slim, "/bin/workflow").orThrow().stdout()).isEqualTo(expected);
    assertThat(slim.resolve("cvmfs/x.org/unused")).doesNotExist();
    assertThat(slim.resolve("cvmfs/x.org/data/other")).doesNotExist();
    assertThat(slim.resolve("cvmfs/x.org/sys/lib/libother.so")).doesNotExist();

    trace(slim, "second.trace").orThrow();
    CommandResult clean = spec("check", "second.trace", "--spec", built);
    assertThat(clean.stdout()).isEmpty();
    assertThat(clean.exitCode()).isZero();

    String less =
        Files.writeString(
                folder.resolve("less.spec"),
                Files.readString(Path.of(built)).replace("\n/data/input\n", "\n"))
            .toString();
    CommandResult lacking = spec("check", "second.trace", "--spec", less);
    assertThat(lacking.stdout()).isEqualTo("/data/input\n");
    assertThat(lacking.exitCode()).isEqualTo(FOUND);
  }

  /**
   * What was opened is all that is known here; that the program needs libraries, it says itself.
   */
  @Test
  void closureOfAProgram_isAllThatItTakesToRunIt() throws IOException {
    Files.writeString(folder.resolve("paths"), ROOT + "/bin/list\n");
    String exact = folder.resolve("exact.spec").toString();
    String closed = folder.resolve("closed.spec").toString();

    spec("build", "paths", "-o", exact, "--policy", "exact").orThrow();
    spec("build", "paths", "-o", closed, "--policy", "closure").orThrow();

    assertThat(run(export(Files.readString(Path.of(exact))), "/bin/list", "/cvmfs").exitCode())
        .isNotZero();
    CommandResult result = run(export(Files.readString(Path.of(closed))), "/bin/list", "/cvmfs");
    assertThat(result.orThrow().stdout()).isEqualTo("x.org\n");
    assertThat(Files.readString(Path.of(closed)))
        .contains("# /sys/lib: the interpreter of /bin/list\n", "\n/sys/lib/ld.so\n")
        .contains(": needed by /bin/list\n")
        .doesNotContain("libother", "busybox");
  }

  private Path export(String specification) throws IOException {
    Path base = place.newFolder("export");
    Path spec = Files.writeString(base.resolve("my.spec"), specification);
    place.export(FQRN, settings, base.resolve("cvmfs"), "--spec", spec.toString()).orThrow();
    return base;
  }

  private static CommandResult run(Path root, String program, String... arguments) {
    return Command.of("chroot", root.toString(), ROOT + program)
        .and(arguments)
        .environment("LD_LIBRARY_PATH", LIBRARIES)
        .run();
  }

  private CommandResult trace(Path root, String trace) throws IOException {
    return place
        .program()
        .run(
            "trace",
            "run",
            "-o",
            folder.resolve(trace).toString(),
            "--",
            "chroot",
            root.toString(),
            ROOT + "/bin/workflow");
  }

  private CommandResult spec(String command, String trace, String... more) throws IOException {
    List<String> arguments =
        new ArrayList<>(List.of("spec", command, folder.resolve(trace).toString(), "-c", conf));
    arguments.addAll(List.of(more));
    return place.program().run(arguments.toArray(String[]::new));
  }
}
