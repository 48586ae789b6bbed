package dev.cvmfs.registry;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * One repository of images: a remote one behind a registry, or an OCI image layout on disk.
 *
 * <p>Everything read is checked against its digest. All methods throw a {@link RegistryFailure}
 * when the other side is at fault, and {@link IOException} only for files on our side. Instances
 * are safe for use by several threads.
 */
public interface ImageStore extends AutoCloseable {

  /** The name the store was opened with. */
  ImageName name();

  /**
   * The manifest or index that a tag or digest names.
   *
   * @throws RegistryFailure.NotFound if there is none
   */
  RawManifest manifest(String reference);

  /**
   * The digest that a tag names at present, or empty if there is no such tag. Cheaper than {@link
   * #manifest}.
   */
  Optional<Digest> resolve(String reference);

  /**
   * A small blob, such as an image configuration, whole.
   *
   * @throws RegistryFailure.NotFound if the repository does not have it
   * @throws RegistryFailure.Corrupt if it is not what the descriptor says, or larger than {@code
   *     limit} bytes
   */
  byte[] readBlob(Descriptor descriptor, int limit);

  /**
   * A blob as a stream that goes on by itself after a cut; its digest is checked when the last byte
   * has been read, and the read that would return the end throws {@link RegistryFailure.Corrupt} on
   * a mismatch.
   */
  InputStream openBlob(Descriptor descriptor);

  /**
   * A part of a blob; it is not checked against the digest (it cannot be), so the caller must prove
   * what it reads.
   *
   * @param offset first byte, from 0
   * @param length number of bytes, at least 1, within the blob
   * @return exactly {@code length} bytes, or empty if the registry does not serve ranges
   */
  Optional<InputStream> openRange(Descriptor descriptor, long offset, long length);

  /** Whether the repository has the blob. */
  boolean hasBlob(Digest digest);

  /** Uploads a blob, unless the repository has it already; returns whether bytes were sent. */
  default boolean pushBlob(Descriptor descriptor, BlobSource source) throws IOException {
    return pushBlob(descriptor, source, Optional.empty());
  }

  /**
   * The same for a blob that another repository of the same registry may have: the registry is
   * asked to take it from there, and it is sent only if that does not work.
   *
   * @param sibling the path of that repository
   */
  boolean pushBlob(Descriptor descriptor, BlobSource source, Optional<String> sibling)
      throws IOException;

  /**
   * Has the registry take a blob from another of its repositories, so that nothing is sent. That
   * this does not work, for whatever reason, is no failure.
   *
   * @param sibling the path of the repository that has the blob
   * @return whether this repository has it now
   */
  boolean mountBlob(Digest digest, String sibling);

  /**
   * Begins to upload a blob that is still being written, and whose digest nobody knows yet.
   *
   * @param spool what there is of it so far; it can be read again from any offset
   */
  EarlyUpload beginBlob(BlobSource spool);

  /** Stores a manifest or index under a tag or under its digest. */
  void putManifest(String reference, RawManifest manifest);

  /**
   * Makes a tag name another image, unless somebody else has moved it meanwhile. At a layout on
   * disk that is certain; registries cannot promise it, and a small gap is left.
   *
   * @param expected what the tag is to name before; empty if it is not to be there
   * @return whether it was done; if not, begin anew with what the tag names now
   */
  boolean replaceTag(String tag, Optional<Digest> expected, RawManifest manifest);

  /**
   * Deletes a tag, or by its digest a manifest with all its tags.
   *
   * @throws RegistryFailure.NotFound if it is not there
   * @throws RegistryFailure.Refused if the registry does not allow it; many do not
   */
  void delete(String reference);

  /**
   * All tags, sorted.
   *
   * @throws RegistryFailure.NotFound if there is no such repository
   */
  List<String> tags();

  /** What refers to a manifest: signatures and the like. Empty if there is nothing. */
  List<Referrer> referrers(Digest subject);

  /** What has gone over the wire so far. */
  TransferCounters counters();

  @Override
  void close();
}
