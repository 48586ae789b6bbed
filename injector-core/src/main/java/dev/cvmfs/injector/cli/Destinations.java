package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.conf.Setting;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.inject.CopyingStore;
import dev.cvmfs.injector.inject.Destination;
import dev.cvmfs.injector.inject.ProgressListener;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import java.util.Optional;

/** Settles where results go: {@code OCI_DEST}, {@code OCI_DEST_TAG} and {@code OCI_BY_DIGEST}. */
final class Destinations {
  private Destinations() {}

  /**
   * Where the result of the work on an image goes.
   *
   * @throws ConfFailure if the settings contradict each other
   */
  static Destination of(ImageName image, Conf conf, RegistryConf registryConf) {
    Optional<ImageName> other = conf.nonEmpty("OCI_DEST").map(text -> parse(text, registryConf));
    Optional<String> otherTag = conf.nonEmpty("OCI_DEST").flatMap(text -> tag(text, other));
    Optional<String> tag = registryConf.destinationTag();
    if (tag.isPresent() && otherTag.isPresent()) {
      throw new ConfFailure(
          "the destination's tag is given twice: %s in OCI_DEST (--dest), and %s in OCI_DEST_TAG (--dest-tag)"
              .formatted(otherTag.get(), tag.get()));
    }
    ImageName name = other.orElse(image);
    if (conf.flag("OCI_BY_DIGEST", false)) {
      return byDigest(name, tag.or(() -> otherTag));
    }
    return new Destination(
        name,
        Optional.of(
            tag.or(() -> otherTag)
                .or(image::tag)
                .orElseThrow(
                    () ->
                        new ImageFailure(
                            "%s is named by digest, so say with --dest-tag which tag the result gets, or with --by-digest that it gets none"
                                .formatted(image)))));
  }

  /**
   * Where the result of earlier work on an image is: the image itself, if no other tag leads to it.
   *
   * @throws ConfFailure if the settings contradict each other
   */
  static ImageName published(ImageName image, Conf conf, RegistryConf registryConf) {
    if (image.digest().isPresent() || conf.flag("OCI_BY_DIGEST", false)) {
      return image;
    }
    Destination destination = of(image, conf, registryConf);
    return destination.tag().map(destination.name()::withTag).orElse(image);
  }

  private static Destination byDigest(ImageName name, Optional<String> tag) {
    if (tag.isPresent()) {
      throw new ConfFailure(
          "the result cannot both be without a tag (OCI_BY_DIGEST, --by-digest) and have the tag "
              + tag.get());
    }
    if (name.layout().isPresent()) {
      throw new ConfFailure(
          "in an OCI layout images are found by their tags; leave out --by-digest (OCI_BY_DIGEST)");
    }
    return new Destination(name, Optional.empty());
  }

  private static ImageName parse(Setting setting, RegistryConf conf) {
    ImageName name = InjectionJob.parse(setting.value(), conf).name();
    if (name.digest().isPresent()) {
      throw new ConfFailure(
          "%s: OCI_DEST is '%s', but a digest cannot be chosen for what is yet to be made"
              .formatted(setting.where(), setting.value()));
    }
    return name;
  }

  /** A tag is meant only if it was written; the names of images always have one. */
  private static Optional<String> tag(Setting setting, Optional<ImageName> name) {
    return name.flatMap(ImageName::tag).filter(tag -> setting.value().strip().endsWith(":" + tag));
  }

  /**
   * The repository that results are written to.
   *
   * @param source that of the image, which is closed with the other
   */
  static ImageStore store(
      ImageStore source,
      ImageName image,
      Destination destination,
      RegistryClients clients,
      ProgressListener progress) {
    return destination.isBeside(image)
        ? source
        : new CopyingStore(
            source, clients.at(destination.name().registry(), progress).open(destination.name()));
  }
}
