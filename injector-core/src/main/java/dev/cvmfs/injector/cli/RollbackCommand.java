package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.injector.inject.Destination;
import dev.cvmfs.injector.inject.Rollback;
import dev.cvmfs.injector.inject.TagPattern;
import dev.cvmfs.registry.ImageStore;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oci rollback IMAGE}: makes a tag name again what it named before. */
@Command(
    name = "rollback",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Makes a tag name again what it named before a refresh: what --keep-previous has kept last,"
          + " or any other image of the repository. Nothing is downloaded or uploaded but a"
          + " manifest.",
      "What the tag names until then is kept in turn, so that a second rollback undoes the first."
          + " With a configuration that writes to another tag or image (OCI_DEST_TAG, OCI_DEST), it"
          + " is that one which is rolled back.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  cvmfs_shrinkwrap oci rollback USER/IMAGE -c hub.docker.com -c my.conf",
      "  cvmfs_shrinkwrap oci rollback USER/IMAGE -c hub.docker.com --to sha256:..."
    })
final class RollbackCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "IMAGE",
      description = "[HOST[:PORT]/]NAME[:TAG]; without a host, on the configuration's registry.")
  private String image = "";

  @Option(
      names = "--to",
      paramLabel = "DIGEST|TAG",
      description = "Roll back to this image of the repository.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--keep-previous",
      paramLabel = "TAGPATTERN",
      description =
          "How the tags are called that keep what is replaced (OCI_KEEP_PREVIOUS;"
              + " {tag}-previous).")
  private Optional<String> keepPrevious = Optional.empty();

  @Option(names = "--list", description = "Only list what is kept, the last first.")
  private boolean list;

  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  private boolean dryRun;

  @Mixin private final ImageOptions options = new ImageOptions();

  RollbackCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Map<String, String> overlay = new LinkedHashMap<>();
    keepPrevious.ifPresent(pattern -> overlay.put("OCI_KEEP_PREVIOUS", pattern));
    return new ImageRun(surroundings, options, overlay).run(image, this::roll);
  }

  private ExitCode roll(ImageRun.Opened opened) {
    Conf conf = opened.local().conf();
    Destination destination = Destinations.of(opened.name(), conf, opened.local().registryConf());
    String tag =
        destination
            .tag()
            .orElseThrow(
                () ->
                    new ConfFailure(
                        "with OCI_BY_DIGEST no tag is moved, so there is none to roll back"));
    try (ImageStore other =
        opened
            .clients()
            .at(destination.name().registry(), opened.local().progress())
            .open(destination.name())) {
      Rollback rollback =
          new Rollback(
              other, TagPattern.of(conf), dryRun, opened.local().progress(), Clock.systemUTC());
      if (list) {
        print(rollback.kept(tag));
      } else {
        Rollback.Result result = rollback.roll(destination.name(), tag, to);
        surroundings.out().println(options.json() ? json(result) : text(result));
      }
    }
    return ExitCode.OK;
  }

  private void print(List<Rollback.Kept> versions) {
    for (Rollback.Kept version : versions) {
      if (options.json()) {
        ObjectNode json =
            JsonNodeFactory.instance
                .objectNode()
                .put("tag", version.tag())
                .put("digest", version.digest().toString());
        if (!version.time().isEmpty()) {
          json.put("replaced", version.time());
        }
        surroundings.out().println(json);
      } else {
        surroundings.out().println(version.digest() + "  " + version.tag());
      }
    }
  }

  private String text(Rollback.Result result) {
    if (result.isUnchanged()) {
      return "%s is that of %s already: nothing to do; %s"
          .formatted(result.name(), result.to(), result.before());
    }
    return "%s %s to %s%s; %s → %s%s"
        .formatted(
            result.name(),
            dryRun ? "would be rolled back" : "is rolled back",
            result.to(),
            result.keptTag().map(", what it was is kept as %s"::formatted).orElse(""),
            result.before(),
            result.after(),
            dryRun ? " (dry run: nothing was written)" : "");
  }

  private String json(Rollback.Result result) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("image", result.name().toString())
            .put("result", result.isUnchanged() ? "unchanged" : "rolled-back")
            .put("dryRun", dryRun)
            .put("oldDigest", result.before().toString())
            .put("newDigest", result.after().toString())
            .put("to", result.to());
    result.keptTag().ifPresent(tag -> json.put("keptTag", tag));
    return json.put("exitCode", ExitCode.OK.number()).toString();
  }
}
