package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.layer.LayerPlan;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.registry.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What was done to one image.
 *
 * @param image its full name
 * @param oldDigest the digest of the manifest or index that was found
 * @param newDigest the digest that was published; empty if nothing was, so with {@code dryRun}
 *     always
 * @param layers the CVMFS layers of the image as it is now
 * @param repositories what the layers were made from
 * @param changes in entries of the trees
 * @param garbage what the layers hold though no file links to it
 * @param unproven whether a layer was left as it is because its headers and its index say the right
 *     thing, though nothing is known of it here; {@link ImageVerifier} proves it
 * @param platforms each image, if the name leads to an index of several
 * @param publication what else was done in the repository
 * @param seconds the time it took
 * @param dryRun whether this is only what would have been done
 */
public record Report(
    String image,
    Result result,
    Optional<String> oldDigest,
    Optional<String> newDigest,
    List<Layer> layers,
    List<Repository> repositories,
    Changes changes,
    Garbage garbage,
    boolean unproven,
    Transfer transfer,
    List<PlatformImage> platforms,
    Publication publication,
    double seconds,
    boolean dryRun) {

  public Report {
    layers = List.copyOf(layers);
    repositories = List.copyOf(repositories);
    platforms = List.copyOf(platforms);
  }

  /** How it ended. */
  public enum Result {
    /** The image had no CVMFS content, and has now. */
    INJECTED,
    /** The image had CVMFS content, and has newer one now. */
    REFRESHED,
    /** There was nothing to do. */
    UNCHANGED,
    /** The image got an empty CVMFS layer, to be filled later. */
    PREPARED
  }

  /**
   * A CVMFS layer.
   *
   * @param digest of the blob
   * @param diffId digest of the uncompressed tar
   * @param size of the blob, in bytes
   */
  public record Layer(String digest, String diffId, long size) {}

  /**
   * The state of a CVMFS repository.
   *
   * @param verified whether its signatures were checked
   * @param specification digest of the specification: which part of it was wanted
   */
  public record Repository(
      String fqrn, String rootHash, long revision, boolean verified, String specification) {}

  /**
   * Objects that no file links to.
   *
   * @param bytes of plain content
   */
  public record Garbage(long objects, long bytes) {
    public static final Garbage NONE = new Garbage(0, 0);

    static Garbage of(Slice slice) {
      return new Garbage(slice.garbage().objects().size(), slice.garbage().bytes());
    }

    Garbage plus(Garbage other) {
      return new Garbage(objects + other.objects, bytes + other.bytes);
    }
  }

  /** Numbers of entries. */
  public record Changes(long added, long changed, long removed, long kept) {}

  /**
   * What had to be moved.
   *
   * @param bytesFetched from CVMFS
   * @param bytesCopied from the old layer
   * @param bytesUploaded to the registry
   * @param requests to CVMFS and the registry
   */
  public record Transfer(long bytesFetched, long bytesCopied, long bytesUploaded, long requests) {}

  /**
   * What was done besides.
   *
   * @param keptTag the tag that what was found is kept under
   * @param attached what speaks of the images as they were, and not of those that replace them
   * @param provenance digest of our statement of what the new image was made from
   * @param plan with {@code dryRun}, what would have to be moved for new layers
   */
  public record Publication(
      Optional<String> keptTag,
      List<Attached> attached,
      Optional<Digest> provenance,
      Optional<LayerPlan> plan) {
    /** Nothing. */
    public static final Publication NONE =
        new Publication(Optional.empty(), List.of(), Optional.empty(), Optional.empty());

    public Publication {
      attached = List.copyOf(attached);
    }
  }

  /**
   * One of several images behind a name.
   *
   * @param platform such as {@code linux/arm64}
   * @param oldDigest of the manifest that was found
   * @param newDigest of the manifest that the index leads to now; the same if nothing had to be
   *     done
   */
  public record PlatformImage(String platform, Result result, String oldDigest, String newDigest) {}
}
