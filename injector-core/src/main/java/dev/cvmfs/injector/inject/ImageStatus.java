package dev.cvmfs.injector.inject;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How up to date one image is.
 *
 * @param image its name, with its platform if it is one of several
 * @param digest of its manifest
 * @param layer the CVMFS layer, if there is one
 * @param garbage what the layer says that it holds though no file links to it
 * @param repositories what is, or should be, in the layer; none if it has no content yet
 * @param reasons why a refresh would replace the layer, whatever has changed in the repositories
 * @param attached signatures and the like, of the image and of the index that leads to it
 */
public record ImageStatus(
    String image,
    String digest,
    Optional<Report.Layer> layer,
    Report.Garbage garbage,
    List<RepositoryStatus> repositories,
    List<String> reasons,
    List<Attached> attached) {
  public ImageStatus {
    repositories = List.copyOf(repositories);
    reasons = List.copyOf(reasons);
    attached = List.copyOf(attached);
  }

  /** Whether a refresh would leave the image as it is, as far as the image is to be believed. */
  public boolean isFresh() {
    return reasons.isEmpty()
        && !repositories.isEmpty()
        && repositories.stream().allMatch(RepositoryStatus::isFresh);
  }

  /** One state of a repository. */
  public record State(ContentHash rootHash, long revision, Optional<Instant> published) {}

  /**
   * How up to date one repository's part is.
   *
   * @param present what the image says it was made from
   * @param newest the newest state, or the one that the configuration names
   * @param specification digest of the specification that the image says it was made with
   * @param sameSpecification whether a refresh would go by that one
   * @param changes what a refresh would change; empty if that cannot be told, since the servers no
   *     longer have the old state
   */
  public record RepositoryStatus(
      String fqrn,
      State present,
      State newest,
      String specification,
      boolean sameSpecification,
      Optional<Changes> changes) {

    /** Whether nothing would change. */
    public boolean isFresh() {
      return sameSpecification && changes.filter(Changes::isNone).isPresent();
    }

    /** By how much the newest state is younger, if both say when they were published. */
    public Optional<Duration> behind() {
      return present
          .published()
          .flatMap(before -> newest.published().map(after -> Duration.between(before, after)));
    }
  }

  /**
   * What distinguishes two states of a slice.
   *
   * @param bytes of content of the files that are new or have changed
   */
  public record Changes(long added, long changed, long removed, long bytes) {
    boolean isNone() {
      return added + changed + removed == 0;
    }
  }
}
