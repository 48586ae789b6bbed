package dev.cvmfs.registry.remote;

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
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A repository with mirrors. What is named by its digest is read from the first mirror that has it,
 * and else from the registry; tags are always asked of the registry, for mirrors may lag behind,
 * and all that is written goes there. A mirror in trouble is not asked again.
 */
final class MirroredImageStore implements ImageStore {
  private static final Logger LOG = LoggerFactory.getLogger(MirroredImageStore.class);

  private final ImageStore registry;
  private final List<ImageStore> mirrors;
  private final Set<ImageName> inTrouble = ConcurrentHashMap.newKeySet();

  MirroredImageStore(ImageStore registry, List<ImageStore> mirrors) {
    this.registry = registry;
    this.mirrors = List.copyOf(mirrors);
  }

  private <T> T nearest(Function<ImageStore, T> reading) {
    return atAMirror(store -> Optional.of(reading.apply(store)))
        .orElseGet(() -> reading.apply(registry));
  }

  /** What the first mirror that has it says; empty if none has. */
  private <T> Optional<T> atAMirror(Function<ImageStore, Optional<T>> reading) {
    for (ImageStore mirror : mirrors) {
      if (inTrouble.contains(mirror.name())) {
        continue;
      }
      try {
        Optional<T> found = reading.apply(mirror);
        if (found.isPresent()) {
          return found;
        }
      } catch (RegistryFailure.NotFound e) {
        LOG.debug("not at the mirror: {}", e.getMessage());
      } catch (RegistryFailure e) {
        inTrouble.add(mirror.name());
        LOG.warn(
            "Mirror {} is left alone from now on: {}", mirror.name().registry(), e.getMessage());
      }
    }
    return Optional.empty();
  }

  @Override
  public ImageName name() {
    return registry.name();
  }

  @Override
  public RawManifest manifest(String reference) {
    return reference.contains(":")
        ? nearest(store -> store.manifest(reference))
        : registry.manifest(reference);
  }

  @Override
  public Optional<Digest> resolve(String reference) {
    return registry.resolve(reference);
  }

  @Override
  public byte[] readBlob(Descriptor descriptor, int limit) {
    return nearest(store -> store.readBlob(descriptor, limit));
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) {
    return nearest(store -> store.openBlob(descriptor));
  }

  @Override
  public Optional<InputStream> openRange(Descriptor descriptor, long offset, long length) {
    // Caches that do not have the blob yet serve no ranges of it.
    return atAMirror(store -> store.openRange(descriptor, offset, length))
        .or(() -> registry.openRange(descriptor, offset, length));
  }

  @Override
  public boolean hasBlob(Digest digest) {
    return registry.hasBlob(digest);
  }

  @Override
  public boolean pushBlob(Descriptor descriptor, BlobSource source, Optional<String> sibling)
      throws IOException {
    return registry.pushBlob(descriptor, source, sibling);
  }

  @Override
  public boolean mountBlob(Digest digest, String sibling) {
    return registry.mountBlob(digest, sibling);
  }

  @Override
  public EarlyUpload beginBlob(BlobSource spool) {
    return registry.beginBlob(spool);
  }

  @Override
  public void putManifest(String reference, RawManifest manifest) {
    registry.putManifest(reference, manifest);
  }

  @Override
  public boolean replaceTag(String tag, Optional<Digest> expected, RawManifest manifest) {
    return registry.replaceTag(tag, expected, manifest);
  }

  @Override
  public void delete(String reference) {
    registry.delete(reference);
  }

  @Override
  public List<String> tags() {
    return registry.tags();
  }

  @Override
  public List<Referrer> referrers(Digest subject) {
    return registry.referrers(subject);
  }

  /** What has gone to and come from all of them. */
  @Override
  public TransferCounters counters() {
    TransferCounters sum = registry.counters();
    for (ImageStore mirror : mirrors) {
      TransferCounters more = mirror.counters();
      sum =
          new TransferCounters(
              sum.requests() + more.requests(),
              sum.bytesReceived() + more.bytesReceived(),
              sum.bytesSent() + more.bytesSent());
    }
    return sum;
  }

  @Override
  public void close() {
    mirrors.forEach(ImageStore::close);
    registry.close();
  }
}
