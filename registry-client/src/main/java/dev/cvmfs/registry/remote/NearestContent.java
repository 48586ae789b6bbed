package dev.cvmfs.registry.remote;

import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.blob.VerifyingStream;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what is named by its digest, so that it does not matter who gives it: from the first mirror
 * that has it, and else from the registry.
 *
 * <p>Where a mirror breaks off, the registry goes on. Only where all of a blob has been given out
 * before its digest turns out to be wrong, that cannot be mended; then the mirror is left alone.
 */
final class NearestContent {
  private final RemoteContent registry;
  private final List<Mirror> mirrors;

  NearestContent(RemoteContent registry, List<Mirror> mirrors) {
    this.registry = registry;
    this.mirrors = List.copyOf(mirrors);
  }

  /** See {@link dev.cvmfs.registry.ImageStore#manifest}; by its digest only. */
  RawManifest manifest(String digest) {
    return atAMirror(mirror -> mirror.ask(at -> Optional.of(at.manifests().get(digest))))
        .orElseGet(() -> registry.manifests().get(digest));
  }

  /** See {@link dev.cvmfs.registry.ImageStore#readBlob}. */
  byte[] readBlob(Descriptor blob, int limit) {
    return atAMirror(mirror -> mirror.ask(at -> Optional.of(at.blobs().read(blob, limit))))
        .orElseGet(() -> registry.blobs().read(blob, limit));
  }

  /** See {@link dev.cvmfs.registry.ImageStore#openBlob}. */
  InputStream openBlob(Descriptor blob) {
    return atAMirror(mirror -> openBlob(mirror, blob)).orElseGet(() -> registry.blobs().open(blob));
  }

  /** See {@link dev.cvmfs.registry.ImageStore#openRange}. */
  Optional<InputStream> openRange(Descriptor blob, long offset, long length) {
    // Caches that do not have the blob yet serve no ranges of it.
    return atAMirror(mirror -> openRange(mirror, blob, offset, length))
        .or(() -> registry.blobs().openRange(blob, offset, length));
  }

  private Optional<InputStream> openBlob(Mirror mirror, Descriptor blob) {
    String purpose = "read blob %s at the mirror %s".formatted(blob.digest(), mirror.host());
    return mirror
        .ask(at -> Optional.of(at.blobs().openUnchecked(blob)))
        .<InputStream>map(
            in ->
                new VerifyingStream(
                    withFallback(mirror, in, blob, 0, blob.size()),
                    blob,
                    purpose,
                    mirror::leaveAlone));
  }

  private Optional<InputStream> openRange(
      Mirror mirror, Descriptor blob, long offset, long length) {
    return mirror
        .ask(at -> at.blobs().openRange(blob, offset, length))
        .map(in -> withFallback(mirror, in, blob, offset, offset + length));
  }

  private InputStream withFallback(
      Mirror mirror, InputStream atMirror, Descriptor blob, long from, long to) {
    return new FallbackStream(
        mirror, atMirror, at -> registry.blobs().openRest(blob, at, to), from, to);
  }

  private <T> Optional<T> atAMirror(Function<Mirror, Optional<T>> reading) {
    return mirrors.stream().map(reading).flatMap(Optional::stream).findFirst();
  }
}
