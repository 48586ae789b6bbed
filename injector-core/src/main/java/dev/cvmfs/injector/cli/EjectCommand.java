package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.Destination;
import dev.cvmfs.injector.inject.Ejector;
import dev.cvmfs.injector.inject.IndexOptions;
import dev.cvmfs.injector.inject.SignedImages;
import dev.cvmfs.injector.inject.TagPattern;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code oci eject IMAGE}: takes the CVMFS layer out again. */
@Command(
    name = "eject",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Takes the CVMFS layer and its labels out of an image again. If this program put them in, the"
          + " result is the image as it was before, byte for byte.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {"  cvmfs_shrinkwrap oci eject USER/IMAGE -c hub.docker.com --dest-tag vanilla"})
final class EjectCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "IMAGE",
      description =
          "[HOST[:PORT]/]NAME[:TAG|@DIGEST]; without a host, on the configuration's registry.")
  private String image = "";

  @Option(
      names = "--dest-tag",
      paramLabel = "TAG",
      description = "Write to this tag, and leave the one that is read alone (OCI_DEST_TAG).")
  private Optional<String> destinationTag = Optional.empty();

  @Option(
      names = "--dest",
      paramLabel = "IMAGE",
      description = "Write to this image, elsewhere (OCI_DEST).")
  private Optional<String> destinationImage = Optional.empty();

  @Option(names = "--dry-run", description = "Say what would be done; write nothing.")
  private boolean dryRun;

  @Mixin private final ImageOptions options = new ImageOptions();

  EjectCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Map<String, String> overlay = new LinkedHashMap<>();
    destinationTag.ifPresent(tag -> overlay.put("OCI_DEST_TAG", tag));
    destinationImage.ifPresent(name -> overlay.put("OCI_DEST", name));
    return new ImageRun(surroundings, options, overlay).run(image, this::eject);
  }

  private ExitCode eject(ImageRun.Opened opened) throws IOException {
    Conf conf = opened.local().conf();
    ImageRun.Local local = opened.local();
    Destination destination = Destinations.of(opened.name(), conf, local.registryConf());
    try (ImageStore store =
        Destinations.store(
            opened.store(), opened.name(), destination, opened.clients(), local.progress())) {
      Ejector ejector =
          new Ejector(
              opened.store(),
              store,
              IndexOptions.of(conf),
              SignedImages.of(conf),
              TagPattern.of(conf),
              dryRun,
              local.progress(),
              Clock.systemUTC());
      Ejector.Result result = ejector.eject(opened.name(), destination);
      surroundings.out().println(options.json() ? json(result) : text(opened.name(), result));
    }
    return ExitCode.OK;
  }

  private String text(ImageName image, Ejector.Result result) {
    if (result.images() == 0) {
      return withoutLayer(image, result);
    }
    return "%s %s of %s; %s → %s%s"
        .formatted(
            result.name(),
            dryRun ? "would be rid of the CVMFS layer" : "is rid of the CVMFS layer",
            Amounts.count(result.images(), "image", "images"),
            result.before(),
            result.after(),
            dryRun ? " (dry run: nothing was written)" : "");
  }

  private String withoutLayer(ImageName image, Ejector.Result result) {
    if (!result.moved()) {
      return "%s has no CVMFS layer: nothing to do; %s".formatted(image, result.before());
    }
    return "%s has no CVMFS layer: %s %s as it is; %s%s"
        .formatted(
            image,
            result.name(),
            dryRun ? "would get it" : "has it",
            result.after(),
            dryRun ? " (dry run: nothing was written)" : "");
  }

  private static String outcome(Ejector.Result result) {
    if (result.images() > 0) {
      return "ejected";
    }
    return result.moved() ? "copied" : "unchanged";
  }

  private String json(Ejector.Result result) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("image", result.name().toString())
            .put("result", outcome(result))
            .put("dryRun", dryRun)
            .put("images", result.images())
            .put("oldDigest", result.before().toString())
            .put("newDigest", result.after().toString());
    result.keptTag().ifPresent(tag -> json.put("keptTag", tag));
    return json.put("exitCode", ExitCode.OK.number()).toString();
  }
}
