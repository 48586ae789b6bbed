package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.ManifestParts;
import dev.cvmfs.registry.BlobSource;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.EarlyUpload;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.Referrer;
import dev.cvmfs.registry.RegistryFailure;
import dev.cvmfs.registry.TransferCounters;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A repository into which images are brought from another one. Tags are the repository's own; what
 * is named by its digest is read from wherever it is; and whenever a manifest is stored, all that
 * it names is brought first, unless it is there: within a registry the blobs are mounted, which
 * moves no byte, and otherwise they are copied.
 */
public final class CopyingStore implements ImageStore {
  /** As deep as indexes are followed elsewhere. */
  private static final int DEEPEST = 5;

  private final ImageStore source;
  private final ImageStore target;
  private final Optional<String> sibling;
  private final Set<Digest> complete = ConcurrentHashMap.newKeySet();
  private final Map<Digest, ImageStore> holders = new ConcurrentHashMap<>();

  /**
   * Both are closed with this one.
   *
   * @param source where images come from
   * @param target where they go
   */
  public CopyingStore(ImageStore source, ImageStore target) {
    this.source = source;
    this.target = target;
    boolean sameRegistry =
        source.name().layout().isEmpty()
            && source.name().registry().equals(target.name().registry());
    this.sibling = sameRegistry ? Optional.of(source.name().repository()) : Optional.empty();
  }

  @Override
  public ImageName name() {
    return target.name();
  }

  @Override
  public RawManifest manifest(String reference) {
    if (!reference.contains(":")) {
      return target.manifest(reference);
    }
    try {
      return source.manifest(reference);
    } catch (RegistryFailure.NotFound e) {
      return target.manifest(reference);
    }
  }

  @Override
  public Optional<Digest> resolve(String reference) {
    return target.resolve(reference);
  }

  @Override
  public byte[] readBlob(Descriptor descriptor, int limit) {
    try {
      return source.readBlob(descriptor, limit);
    } catch (RegistryFailure.NotFound e) {
      return target.readBlob(descriptor, limit);
    }
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) {
    return holder(descriptor).openBlob(descriptor);
  }

  @Override
  public Optional<InputStream> openRange(Descriptor descriptor, long offset, long length) {
    return holder(descriptor).openRange(descriptor, offset, length);
  }

  private ImageStore holder(Descriptor descriptor) {
    return holders.computeIfAbsent(
        descriptor.digest(), digest -> target.hasBlob(digest) ? target : source);
  }

  @Override
  public boolean hasBlob(Digest digest) {
    return target.hasBlob(digest);
  }

  @Override
  public boolean pushBlob(Descriptor descriptor, BlobSource bytes, Optional<String> from)
      throws IOException {
    boolean sent = target.pushBlob(descriptor, bytes, from);
    complete.add(descriptor.digest());
    return sent;
  }

  @Override
  public boolean mountBlob(Digest digest, String sibling) {
    return target.mountBlob(digest, sibling);
  }

  @Override
  public EarlyUpload beginBlob(BlobSource spool) {
    return target.beginBlob(spool);
  }

  @Override
  public void putManifest(String reference, RawManifest manifest) {
    bringParts(manifest, 1);
    target.putManifest(reference, manifest);
    complete.add(manifest.digest());
  }

  @Override
  public boolean replaceTag(String tag, Optional<Digest> expected, RawManifest manifest) {
    bringParts(manifest, 1);
    return target.replaceTag(tag, expected, manifest);
  }

  private void bringParts(RawManifest manifest, int depth) {
    if (depth > DEEPEST) {
      throw new ImageFailure(
          "the indexes of %s are nested more than %d deep"
              .formatted(source.name().repositoryPath(), DEEPEST - 1));
    }
    if (isComplete(manifest.digest())) {
      return;
    }
    ManifestParts parts = ManifestParts.of(manifest);
    parts.blobs().forEach(this::bring);
    for (Descriptor part : parts.manifests()) {
      if (!isComplete(part.digest())) {
        RawManifest child = manifest(part.digest().toString());
        bringParts(child, depth + 1);
        target.putManifest(child.digest().toString(), child);
        complete.add(child.digest());
      }
    }
  }

  /** What a registry has a manifest of, it has the parts of. */
  private boolean isComplete(Digest manifest) {
    if (!complete.contains(manifest) && target.resolve(manifest.toString()).isPresent()) {
      complete.add(manifest);
    }
    return complete.contains(manifest);
  }

  private void bring(Descriptor blob) {
    if (!complete.add(blob.digest())) {
      return;
    }
    try {
      target.pushBlob(blob, offset -> fromSource(blob, offset), sibling);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private InputStream fromSource(Descriptor blob, long offset) throws IOException {
    Optional<InputStream> rest =
        offset > 0 && offset < blob.size()
            ? source.openRange(blob, offset, blob.size() - offset)
            : Optional.empty();
    if (rest.isPresent()) {
      return rest.get();
    }
    InputStream whole = source.openBlob(blob);
    whole.skipNBytes(offset);
    return whole;
  }

  @Override
  public void delete(String reference) {
    target.delete(reference);
  }

  @Override
  public List<String> tags() {
    return target.tags();
  }

  @Override
  public List<Referrer> referrers(Digest subject) {
    return target.referrers(subject);
  }

  /** What has gone to and come from both. */
  @Override
  public TransferCounters counters() {
    TransferCounters read = source.counters();
    TransferCounters written = target.counters();
    return new TransferCounters(
        read.requests() + written.requests(),
        read.bytesReceived() + written.bytesReceived(),
        read.bytesSent() + written.bytesSent());
  }

  @Override
  public void close() {
    source.close();
    target.close();
  }
}
