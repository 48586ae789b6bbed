package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.injector.inject.SignedImages;
import dev.cvmfs.injector.inject.TagPattern;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code oci IMAGE... -c CONF}: puts CVMFS content into images, or refreshes it. */
@Command(
    name = "oci",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Puts the files that a specification asks for, from CVMFS, into published images; or, where"
          + " an image has them already, brings them up to date.",
      "The other layers are neither changed nor downloaded. If nothing has changed in CVMFS,"
          + " nothing is written.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {"  cvmfs_shrinkwrap oci USER/IMAGE -c hub.docker.com -c my.conf --spec my.spec"})
final class OciCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final OciJob job;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "0..*", // checked in call(), since subcommands have their own
      description = "[HOST[:PORT]/]NAME[:TAG]; without a host, on the configuration's registry.")
  private List<String> images = List.of();

  @Option(
      names = "--spec",
      paramLabel = "FILE",
      description = "Specification: which part of the repository is wanted (OCI_SPEC).")
  private Optional<String> spec = Optional.empty();

  @Option(
      names = "--dest-tag",
      paramLabel = "TAG",
      description = "Write to this tag, and leave the one that is read alone (OCI_DEST_TAG).")
  private Optional<String> destinationTag = Optional.empty();

  @Option(
      names = "--dest",
      paramLabel = "IMAGE",
      description =
          "Write to this image, in another repository or registry or in an oci:DIR; without a tag,"
              + " to the same (OCI_DEST).")
  private Optional<String> destinationImage = Optional.empty();

  @Option(
      names = "--by-digest",
      description = "Move no tag: the result is found by its digest alone (OCI_BY_DIGEST).")
  private boolean byDigest;

  @Option(
      names = "--keep-previous",
      paramLabel = "TAGPATTERN",
      description =
          "Keep what is replaced under another tag, such as {tag}-previous, {tag}-{digest} or"
              + " {tag}-{time} (OCI_KEEP_PREVIOUS).")
  private Optional<String> keepPrevious = Optional.empty();

  @Option(
      names = "--prepare",
      description = "Only make images injectable: add an empty CVMFS layer where there is none.")
  private boolean prepare;

  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  private boolean dryRun;

  @Mixin private final ImageOptions common = new ImageOptions();

  // Set by picocli when the command line is parsed, before anything here runs.
  @SuppressWarnings("NullAway.Init")
  @Spec
  private CommandSpec commandSpec;

  OciCommand(Surroundings surroundings, OciJob job) {
    this.surroundings = surroundings;
    this.job = job;
  }

  @Override
  public Integer call() {
    if (images.isEmpty()) {
      throw new ParameterException(
          commandSpec.commandLine(), "Missing required parameter: 'IMAGE'");
    }
    Session session = common.session(surroundings);
    return session.guarded(this::refused, () -> run(session)).number();
  }

  /** What keeps all images from being worked on. */
  private String refused(String error, ExitCode code) {
    return images.stream()
        .map(image -> ReportJson.ofFailure(image, error, code))
        .collect(Collectors.joining("\n"));
  }

  private ExitCode run(Session session) {
    Map<String, String> environment = surroundings.environment();
    // What only makes an image injectable needs no repository.
    Conf conf = prepare ? common.confIfAny(environment) : common.conf(environment);
    session.warnOf(conf);
    OciOptions options = options(conf);
    options.registryConf().warnings().forEach(session.progress()::warning);
    return new OciRun(job, session).all(images, options);
  }

  private OciOptions options(Conf conf) {
    Map<String, String> fromCommandLine = new LinkedHashMap<>();
    spec.ifPresent(value -> fromCommandLine.put("OCI_SPEC", value));
    destinationTag.ifPresent(value -> fromCommandLine.put("OCI_DEST_TAG", value));
    destinationImage.ifPresent(value -> fromCommandLine.put("OCI_DEST", value));
    keepPrevious.ifPresent(value -> fromCommandLine.put("OCI_KEEP_PREVIOUS", value));
    if (byDigest) {
      fromCommandLine.put("OCI_BY_DIGEST", "yes");
    }
    Conf all = conf.with(Conf.of(fromCommandLine, "command line"));
    if (images.size() > 1 && all.nonEmpty("OCI_DEST").isPresent()) {
      throw new ConfFailure(
          "--dest (OCI_DEST) is the destination of one image, but there are %d"
              .formatted(images.size()));
    }
    // Before anything is fetched for an image whose result could not be published.
    TagPattern.of(all);
    SignedImages.of(all);
    all.flag("OCI_PROVENANCE", false);
    RegistryConf registryConf =
        RegistryConf.of(all, surroundings.environment(), common.login(surroundings.in()));
    // One that is no name must not leave the login to the host of the next.
    images.forEach(image -> InjectionJob.parse(image, registryConf));
    return new OciOptions(all, registryConf, prepare, dryRun);
  }
}
