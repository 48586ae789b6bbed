package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.injector.diff.Difference;
import dev.cvmfs.injector.diff.FileFacts;
import dev.cvmfs.injector.inject.ImageComparison;
import dev.cvmfs.injector.inject.States;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.sync.ChangeCursor;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code diff IMAGE} and {@code diff FQRN@STATE FQRN@STATE}: what distinguishes two trees. */
@Command(
    name = "diff",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Tells what a refresh would change in an image; or, given two states of a repository"
          + " (FQRN@STATE FQRN@STATE), what leads from the first to the second. A state is a"
          + " revision's number, a name that 'tags' lists, or a root hash; without @STATE, the"
          + " newest.",
      "Prints a line for each path: + added, - removed, ~ changed and how. Content is compared by"
          + " the hashes in the catalogs, and of two states only catalogs that differ are read.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cvmfs_shrinkwrap diff USER/IMAGE -c hub.docker.com -c my.conf --stat",
      "  cvmfs_shrinkwrap diff sft.cern.ch@1234 sft.cern.ch -c my.conf --spec my.spec"
    })
final class DiffCommand implements Callable<Integer> {
  private static final byte[] EVERYTHING = "/*\n".getBytes(StandardCharsets.US_ASCII);

  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "IMAGE|FQRN@STATE",
      arity = "1..2",
      description = "An image, or two states of a repository.")
  private List<String> subjects = List.of();

  @Option(
      names = "--to",
      paramLabel = "STATE",
      description = "Compare the image with this state of its repository, instead of the newest.")
  private Optional<String> state = Optional.empty();

  @Option(
      names = "--platform",
      paramLabel = "OS/ARCH",
      description = "Of an index, the images for this platform alone (OCI_PLATFORMS).")
  private Optional<String> platform = Optional.empty();

  @Option(
      names = "--spec",
      paramLabel = "FILE",
      description =
          "Look at this part of the repository alone (OCI_SPEC); otherwise, for images, at what"
              + " the specification in the layer says.")
  private Optional<String> spec = Optional.empty();

  @Option(names = "--stat", description = "Print numbers for each top directory instead.")
  private boolean stat;

  @Mixin private final ImageOptions options = new ImageOptions();

  DiffCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Map<String, String> overlay = new LinkedHashMap<>();
    spec.ifPresent(file -> overlay.put("OCI_SPEC", file));
    platform.ifPresent(name -> overlay.put("OCI_PLATFORMS", name));
    ImageRun run = new ImageRun(surroundings, options, overlay);
    return subjects.size() == 1
        ? run.run(subjects.get(0), this::image)
        : run.runHere(String.join(" ", subjects), this::states);
  }

  private ExitCode image(ImageRun.Opened image) throws IOException {
    new ImageComparison(
            image.store(),
            image.local().snapshots(),
            image.local().registryConf().cache(),
            image.local().conf(),
            image.local().registryConf())
        .compare(image.name(), state, new LayerDifferences());
    return ExitCode.OK;
  }

  /** Prints a layer after the other. */
  private final class LayerDifferences implements ImageComparison.Listener {
    private DifferencePrinter printer = printer();

    @Override
    public void begin(List<String> platforms) {
      printer = printer();
      printer.begin(platforms);
    }

    @Override
    public void difference(Difference difference) {
      printer.print(difference);
    }

    @Override
    public void end() {
      printer.finish();
    }
  }

  private DifferencePrinter printer() {
    return new DifferencePrinter(surroundings.out(), options.json(), stat);
  }

  private ExitCode states(ImageRun.Local local) throws IOException {
    Named before = Named.parse(subjects.get(0));
    Named after = Named.parse(subjects.get(1));
    if (!before.fqrn().equals(after.fqrn()) || state.isPresent()) {
      throw new ConfFailure(
          "'%s' and '%s' are not two states of one repository; write FQRN@STATE FQRN@STATE, without --to"
              .formatted(subjects.get(0), subjects.get(1)));
    }
    // Closed with all others of the run.
    Snapshot newest = local.snapshots().snapshot(before.fqrn());
    Specification specification = specification(local.registryConf(), before.fqrn());
    DifferencePrinter printer = printer();
    try (ChangeCursor changes =
        after.of(newest).changesSince(before.of(newest).rootHash(), specification)) {
      changes.forEachRemaining(change -> printer.print(difference(change)));
    }
    printer.finish();
    return ExitCode.OK;
  }

  private static Specification specification(RegistryConf conf, String fqrn) throws IOException {
    Optional<Path> file = conf.specificationFor(fqrn, Optional.empty());
    return file.isPresent()
        ? SpecificationFile.read(file.get())
        : SpecificationFile.parse(EVERYTHING, "everything");
  }

  private static Difference difference(Change<Entry> change) {
    Entry entry = change.subject();
    ByteString path =
        entry.path().isRoot() ? ByteString.of("/") : ByteString.of(entry.path().bytes());
    return new Difference(
        path, change.before().map(FileFacts::of), change.after().map(FileFacts::of));
  }

  /** A repository and one of its states. */
  private record Named(String fqrn, Optional<String> state) {
    static Named parse(String text) {
      int at = text.indexOf('@');
      return at < 0
          ? new Named(text, Optional.empty())
          : new Named(text.substring(0, at), Optional.of(text.substring(at + 1)));
    }

    Snapshot of(Snapshot newest) {
      return state.map(name -> States.find(newest, name)).orElse(newest);
    }
  }
}
