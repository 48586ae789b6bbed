package dev.cvmfs.registry;

import java.io.IOException;
import java.io.InputStream;
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
  boolean pushBlob(Descriptor descriptor, BlobSource source) throws IOException;

  /** Stores a manifest or index under a tag or under its digest. */
  void putManifest(String reference, RawManifest manifest);

  /** What has gone over the wire so far. */
  TransferCounters counters();

  @Override
  void close();
}
