package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.cvmfs.conf.Conf;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.Ejector;
import dev.cvmfs.injector.inject.IndexOptions;
import dev.cvmfs.registry.ImageName;
import java.io.IOException;
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
    return new ImageRun(surroundings, options, overlay).run(image, this::eject);
  }

  private ExitCode eject(ImageRun.Opened opened) throws IOException {
    Conf conf = opened.local().conf();
    ImageName name = opened.name();
    String tag =
        opened
            .local()
            .registryConf()
            .destinationTag()
            .or(name::tag)
            .orElseThrow(
                () ->
                    new ImageFailure(
                        "%s is named by digest, so say with --dest-tag which tag the result gets"
                            .formatted(name)));
    Ejector ejector =
        new Ejector(opened.store(), IndexOptions.of(conf), dryRun, opened.local().progress());
    Ejector.Result result = ejector.eject(name, name.withTag(tag));
    surroundings.out().println(options.json() ? json(result) : text(result));
    return ExitCode.OK;
  }

  private String text(Ejector.Result result) {
    if (result.images() == 0) {
      return "%s has no CVMFS layer: nothing to do; %s".formatted(result.name(), result.before());
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

  private String json(Ejector.Result result) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("image", result.name().toString())
        .put("result", result.images() == 0 ? "unchanged" : "ejected")
        .put("dryRun", dryRun)
        .put("images", result.images())
        .put("oldDigest", result.before().toString())
        .put("newDigest", result.after().toString())
        .put("exitCode", ExitCode.OK.number())
        .toString();
  }
}
