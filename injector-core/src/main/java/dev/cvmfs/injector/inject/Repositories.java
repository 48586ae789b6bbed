package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.ConfFailure;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Settles which repositories go into an image, and which part of each. The configuration goes
 * first; what it does not say, the image's present layer does, which holds the specifications it
 * was made with.
 */
final class Repositories {
  private final RegistryConf conf;
  private final SortedMap<String, byte[]> fromLayer;

  /**
   * @param fromLayer the specifications in the present layer, by repository
   */
  Repositories(RegistryConf conf, SortedMap<String, byte[]> fromLayer) {
    this.conf = conf;
    this.fromLayer = fromLayer;
  }

  /**
   * The repositories' names.
   *
   * @throws ConfFailure if nobody says which
   */
  List<String> names() {
    if (!conf.repositories().isEmpty()) {
      return conf.repositories();
    }
    if (!fromLayer.isEmpty()) {
      requireMeant();
      return List.copyOf(fromLayer.keySet());
    }
    return namedBySpecification()
        .map(List::of)
        .orElseThrow(
            () ->
                new ConfFailure(
                    """
                    which CVMFS repository goes into the image?
                    set CVMFS_REPOSITORIES=<repository> in the configuration, or name the specification <repository>.spec"""));
  }

  /** A specification named after one repository is not applied to another. */
  private void requireMeant() {
    Optional<String> named = namedBySpecification();
    if (named.isPresent() && !fromLayer.containsKey(named.get())) {
      throw new ConfFailure(
          """
          the specification is named after %s, but the image has %s
          set CVMFS_REPOSITORIES to what you want in it"""
              .formatted(named.get(), String.join(", ", fromLayer.keySet())));
    }
  }

  private Optional<String> namedBySpecification() {
    return conf.specification().flatMap(SpecificationFile::fqrn);
  }

  /**
   * The part of a repository that is wanted.
   *
   * @param architecture what the image runs on, if it says so
   * @throws ConfFailure if nobody says which
   */
  SpecificationFile specification(String fqrn, Optional<String> architecture) throws IOException {
    Optional<Path> file = conf.specificationFor(fqrn, architecture);
    if (file.isPresent()) {
      return SpecificationFile.read(file.get());
    }
    byte[] present = fromLayer.get(fqrn);
    if (present != null) {
      return SpecificationFile.parse(present, "the specification in the image's layer");
    }
    throw new ConfFailure(
        """
        which part of %s goes into the image?
        give a specification with --spec FILE, OCI_SPEC or OCI_SPEC_DIR; the single line /* takes everything"""
            .formatted(fqrn));
  }
}
