package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.Referrer;
import dev.cvmfs.registry.TransferCounters;
import dev.cvmfs.registry.blob.BlobDownload;
import dev.cvmfs.registry.blob.BlobUpload;
import dev.cvmfs.registry.blob.UploadHabits;
import dev.cvmfs.registry.http.Counters;
import dev.cvmfs.registry.http.RepositoryEndpoint;
import dev.cvmfs.registry.manifest.Manifests;
import dev.cvmfs.registry.manifest.Referrers;
import dev.cvmfs.registry.manifest.Tags;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/**
 * One repository behind a registry. Tags are always asked of the registry, for mirrors may lag
 * behind, and all that is written goes there.
 */
final class RemoteImageStore implements ImageStore {
  private final ImageName name;
  private final Manifests manifests;
  private final Referrers referrers;
  private final Tags tags;
  private final BlobDownload downloads;
  private final NearestContent content;
  private final BlobUpload uploads;
  private final Counters counters;
  private final Runnable onClose;

  /**
   * @param content where to read what is named by its digest
   * @param counters what goes over the wire for all of this
   */
  RemoteImageStore(
      ImageName name,
      RepositoryEndpoint repository,
      NearestContent content,
      UploadHabits habits,
      long chunk,
      Counters counters,
      Runnable onClose) {
    this.name = name;
    this.manifests = new Manifests(repository);
    this.referrers = new Referrers(repository, manifests);
    this.tags = new Tags(repository);
    this.downloads = new BlobDownload(repository);
    this.content = content;
    this.uploads = new BlobUpload(repository, downloads, habits, chunk);
    this.counters = counters;
    this.onClose = onClose;
  }

  @Override
  public ImageName name() {
    return name;
  }

  @Override
  public RawManifest manifest(String reference) {
    return reference.contains(":") ? content.manifest(reference) : manifests.get(reference);
  }

  @Override
  public Optional<Digest> resolve(String reference) {
    return manifests.resolve(reference);
  }

  @Override
  public byte[] readBlob(Descriptor descriptor, int limit) {
    return content.readBlob(descriptor, limit);
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) {
    return content.openBlob(descriptor);
  }

  @Override
  public Optional<InputStream> openRange(Descriptor descriptor, long offset, long length) {
    return content.openRange(descriptor, offset, length);
  }

  @Override
  public boolean hasBlob(Digest digest) {
    return downloads.has(digest);
  }

  @Override
  public boolean pushBlob(Descriptor descriptor, BlobSource source, Optional<String> sibling)
      throws IOException {
    return uploads.push(descriptor, source, sibling);
  }

  @Override
  public boolean mountBlob(Digest digest, String sibling) {
    return uploads.mount(digest, sibling);
  }

  @Override
  public EarlyUpload beginBlob(BlobSource spool) {
    return uploads.begin(spool);
  }

  @Override
  public void putManifest(String reference, RawManifest manifest) {
    if (!manifests.put(reference, manifest)) {
      referrers.note(manifest);
    }
  }

  @Override
  public boolean replaceTag(String tag, Optional<Digest> expected, RawManifest manifest) {
    if (Referrers.subject(manifest).isPresent()) {
      putManifest(manifest.digest().toString(), manifest);
    }
    return manifests.replace(tag, expected, manifest);
  }

  @Override
  public void delete(String reference) {
    manifests.delete(reference);
  }

  @Override
  public List<String> tags() {
    return tags.list();
  }

  @Override
  public List<Referrer> referrers(Digest subject) {
    return referrers.list(subject);
  }

  @Override
  public TransferCounters counters() {
    return counters.snapshot();
  }

  @Override
  public void close() {
    onClose.run();
  }
}
