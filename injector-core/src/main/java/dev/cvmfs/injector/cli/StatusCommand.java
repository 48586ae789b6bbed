package dev.cvmfs.injector.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cvmfs.injector.inject.Amounts;
import dev.cvmfs.injector.inject.Attached;
import dev.cvmfs.injector.inject.ImageStatus;
import dev.cvmfs.injector.inject.StatusCheck;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code oci status IMAGE...}: whether images are up to date, and by how much they are not. */
@Command(
    name = "status",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Tells whether the CVMFS layers of images are up to date, and otherwise by how much they are"
          + " not. Reads labels, a few bytes of the layer and the catalogs that differ; writes"
          + " nothing.",
      "With a configuration that writes to another tag or image (OCI_DEST_TAG, OCI_DEST), it is"
          + " that one which is looked at.",
      "Exit code 9: at least one is stale, or has no CVMFS content.",
      ""
    },
    footerHeading = "%nExample:%n",
    footer = {"  cvmfs_shrinkwrap oci status USER/IMAGE -c hub.docker.com -c my.conf"})
final class StatusCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "IMAGE",
      arity = "1..*",
      description =
          "[HOST[:PORT]/]NAME[:TAG|@DIGEST]; without a host, on the configuration's registry.")
  private List<String> images = List.of();

  @Mixin private final ImageOptions options = new ImageOptions();

  StatusCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    return new ImageRun(surroundings, options, Map.of()).run(images, this::tell);
  }

  private ExitCode tell(ImageRun.Opened image) throws IOException {
    ImageName name =
        Destinations.published(image.name(), image.local().conf(), image.local().registryConf());
    List<ImageStatus> found = check(image, name);
    for (ImageStatus status : found) {
      if (options.json()) {
        surroundings.out().println(json(status));
      } else {
        lines(status).forEach(surroundings.out()::println);
      }
    }
    return found.stream().allMatch(ImageStatus::isFresh) ? ExitCode.OK : ExitCode.FOUND;
  }

  private static List<ImageStatus> check(ImageRun.Opened image, ImageName published)
      throws IOException {
    if (published.repositoryPath().equals(image.name().repositoryPath())) {
      return check(image, published, image.store());
    }
    try (ImageStore store =
        image.clients().at(published.registry(), image.local().progress()).open(published)) {
      return check(image, published, store);
    }
  }

  private static List<ImageStatus> check(
      ImageRun.Opened image, ImageName published, ImageStore store) throws IOException {
    return new StatusCheck(
            image.store(),
            store,
            image.local().snapshots(),
            image.local().registryConf().cache(),
            image.local().conf(),
            image.local().registryConf(),
            image.local().progress())
        .check(image.name(), published);
  }

  private static List<String> lines(ImageStatus status) {
    List<String> lines = new ArrayList<>();
    lines.add(status.image() + ": " + verdict(status));
    status
        .layer()
        .ifPresent(
            layer ->
                lines.add(
                    "  layer      %s, %s".formatted(layer.digest(), Amounts.bytes(layer.size()))));
    if (status.garbage().objects() > 0) {
      lines.add(
          "  garbage    %s in %s, which no file links to"
              .formatted(
                  Amounts.bytes(status.garbage().bytes()),
                  Amounts.count(status.garbage().objects(), "object", "objects")));
    }
    for (Attached one : status.attached()) {
      lines.add("  %-10s %s %s".formatted(one.kind().text(), one.digest(), one.found()));
    }
    status.reasons().forEach(reason -> lines.add("  a refresh replaces it: " + reason));
    for (ImageStatus.RepositoryStatus part : status.repositories()) {
      lines.add("  repository %s".formatted(part.fqrn()));
      lines.add("    has      %s".formatted(text(part.present())));
      lines.add("    newest   %s%s".formatted(text(part.newest()), distance(part)));
      if (!part.isFresh()) {
        lines.add("    a refresh changes %s".formatted(changes(part)));
      }
      if (!part.sameSpecification()) {
        lines.add("    and goes by another specification, which may change more");
      }
    }
    return lines;
  }

  private static String verdict(ImageStatus status) {
    if (status.layer().isEmpty()) {
      return "has no CVMFS layer";
    }
    if (status.repositories().isEmpty()) {
      return "has a CVMFS layer of which it does not say what is in it, or nothing is";
    }
    return status.isFresh() ? "fresh" : "stale";
  }

  private static String text(ImageStatus.State state) {
    return "revision %d%s"
        .formatted(
            state.revision(), state.published().map(time -> ", published " + time).orElse(""));
  }

  private static String distance(ImageStatus.RepositoryStatus part) {
    long revisions = part.newest().revision() - part.present().revision();
    if (revisions == 0) {
      return "";
    }
    return " (%s%s)"
        .formatted(
            Amounts.count(revisions, "revision", "revisions"),
            part.behind()
                .map(time -> ", " + Amounts.count(time.toDays(), "day", "days"))
                .orElse(""));
  }

  private static String changes(ImageStatus.RepositoryStatus part) {
    return part.changes()
        .map(
            changes ->
                "+%s ~%s -%s entries, %s in files that are new or have changed"
                    .formatted(
                        Amounts.count(changes.added()),
                        Amounts.count(changes.changed()),
                        Amounts.count(changes.removed()),
                        Amounts.bytes(changes.bytes())))
        .orElse("what cannot be told any more");
  }

  private static String json(ImageStatus status) {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("image", status.image())
            .put("fresh", status.isFresh())
            .put("digest", status.digest());
    status
        .layer()
        .ifPresent(
            layer ->
                json.putObject("layer")
                    .put("digest", layer.digest())
                    .put("diffId", layer.diffId())
                    .put("size", layer.size()));
    json.putObject("garbage")
        .put("objects", status.garbage().objects())
        .put("bytes", status.garbage().bytes());
    ArrayNode repositories = json.putArray("repositories");
    for (ImageStatus.RepositoryStatus part : status.repositories()) {
      ObjectNode one = repositories.addObject().put("fqrn", part.fqrn());
      state(one.putObject("present"), part.present());
      state(one.putObject("newest"), part.newest());
      one.put("fresh", part.isFresh())
          .put("specification", part.specification())
          .put("sameSpecification", part.sameSpecification());
      part.changes()
          .ifPresent(
              changes ->
                  one.putObject("changes")
                      .put("added", changes.added())
                      .put("changed", changes.changed())
                      .put("removed", changes.removed())
                      .put("bytes", changes.bytes()));
    }
    ArrayNode reasons = json.putArray("reasons");
    status.reasons().forEach(reasons::add);
    json.set("attached", ReportJson.attached(status.attached()));
    return json.toString();
  }

  private static void state(ObjectNode json, ImageStatus.State state) {
    json.put("revision", state.revision()).put("rootHash", state.rootHash().toString());
    state.published().map(Instant::toString).ifPresent(time -> json.put("published", time));
  }
}
