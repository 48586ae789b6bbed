package dev.cvmfs.registry.layout;

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
import dev.cvmfs.registry.blob.VerifyingStream;
import dev.cvmfs.registry.manifest.MediaTypes;
import dev.cvmfs.registry.manifest.Referrers;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The images of an OCI image layout on disk, which is made when something is first stored in it.
 * Deleting tags leaves the blobs to those who collect garbage ({@code umoci gc}). Trouble with the
 * disk is an {@link IOException} or {@link UncheckedIOException}; files that hold the wrong bytes
 * are {@link RegistryFailure.Corrupt}, as from any other store.
 */
public final class LayoutImageStore implements ImageStore {
  private static final int LARGEST_MANIFEST = 8 * 1024 * 1024;

  private final ImageName name;
  private final LayoutDirectory directory;
  private final LayoutBlobs blobs;
  private final Traffic traffic = new Traffic();
  private final InstantSource clock;
  private final Runnable onClose;

  /**
   * Opens a layout, which need not exist yet.
   *
   * @param name one in a layout
   * @param onClose what to do when the store is closed
   */
  public LayoutImageStore(ImageName name, InstantSource clock, Runnable onClose) {
    this.name = name;
    this.directory =
        new LayoutDirectory(
            name.layout()
                .orElseThrow(() -> new IllegalArgumentException(name + " is not in a layout")));
    this.blobs = new LayoutBlobs(directory, traffic);
    this.clock = clock;
    this.onClose = onClose;
  }

  @Override
  public ImageName name() {
    return name;
  }

  @Override
  public RawManifest manifest(String reference) {
    String purpose = "read the manifest %s in %s".formatted(reference, directory);
    return local(
        () -> {
          if (reference.contains(":")) {
            return manifest(purpose, Digest.parse(reference), Optional.empty());
          }
          Descriptor found =
              directory
                  .index()
                  .find(reference)
                  .orElseThrow(
                      () ->
                          new RegistryFailure.NotFound(
                              "Cannot %s: there is no such tag; there are %s"
                                  .formatted(purpose, tags())));
          return manifest(purpose, found.digest(), Optional.of(found.mediaType()));
        });
  }

  private RawManifest manifest(String purpose, Digest digest, Optional<String> type)
      throws IOException {
    Path file = directory.blob(digest);
    if (!Files.isRegularFile(file)) {
      throw new RegistryFailure.NotFound("Cannot %s: %s is not there".formatted(purpose, digest));
    }
    if (Files.size(file) > LARGEST_MANIFEST) {
      throw new RegistryFailure.Corrupt(
          "Cannot %s: it is larger than %d bytes".formatted(purpose, LARGEST_MANIFEST));
    }
    byte[] bytes = Files.readAllBytes(file);
    traffic.read(bytes.length);
    if (!digest.matches(digest.newHash().digest(bytes))) {
      throw new RegistryFailure.Corrupt(
          "Cannot %s: it has digest %s, not %s".formatted(purpose, Digest.sha256(bytes), digest));
    }
    return new RawManifest(
        bytes, MediaTypes.settle(purpose, type.filter(text -> !text.isEmpty()), bytes));
  }

  @Override
  public Optional<Digest> resolve(String reference) {
    return local(
        () -> {
          if (reference.contains(":")) {
            Digest digest = Digest.parse(reference);
            return Optional.of(digest).filter(any -> Files.isRegularFile(directory.blob(digest)));
          }
          try {
            return directory.index().find(reference).map(Descriptor::digest);
          } catch (RegistryFailure.NotFound e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public byte[] readBlob(Descriptor descriptor, int limit) {
    if (descriptor.size() > limit) {
      throw new RegistryFailure.Corrupt(
          "Cannot read blob %s in %s: it has %d bytes, more than %d"
              .formatted(descriptor.digest(), directory, descriptor.size(), limit));
    }
    return local(
        () -> {
          try (InputStream in = openBlob(descriptor)) {
            return in.readAllBytes();
          }
        });
  }

  @Override
  public InputStream openBlob(Descriptor descriptor) {
    return local(
        () ->
            new VerifyingStream(
                blobs.open(descriptor, 0, descriptor.size()),
                descriptor,
                "read blob %s in %s".formatted(descriptor.digest(), directory)));
  }

  @Override
  public Optional<InputStream> openRange(Descriptor descriptor, long offset, long length) {
    if (offset < 0 || length < 1 || offset > descriptor.size() - length) {
      throw new IllegalArgumentException(
          "%d bytes from %d on are not within %s".formatted(length, offset, descriptor));
    }
    return local(() -> Optional.of(blobs.open(descriptor, offset, length)));
  }

  @Override
  public boolean hasBlob(Digest digest) {
    return Files.isRegularFile(directory.blob(digest));
  }

  @Override
  public boolean pushBlob(Descriptor descriptor, BlobSource source, Optional<String> sibling)
      throws IOException {
    if (blobs.has(descriptor)) {
      return false;
    }
    directory.alone(
        () -> {
          directory.clean(clock.instant());
          return directory;
        });
    blobs.write(descriptor, source);
    return true;
  }

  /** Layouts have no siblings. */
  @Override
  public boolean mountBlob(Digest digest, String sibling) {
    return false;
  }

  /** On disk there is nothing to be gained by beginning early. */
  @Override
  public EarlyUpload beginBlob(BlobSource spool) {
    return new EarlyUpload() {
      @Override
      public void available(long bytes) {
        // All is read at the end.
      }

      @Override
      public boolean finish(Descriptor blob) throws IOException {
        return pushBlob(blob, spool);
      }

      @Override
      public void close() {
        // Nothing was begun.
      }
    };
  }

  @Override
  public void putManifest(String reference, RawManifest manifest) {
    if (reference.contains(":") && !reference.equals(manifest.digest().toString())) {
      throw new IllegalArgumentException(
          "manifest %s cannot be stored as %s".formatted(manifest.digest(), reference));
    }
    local(
        () ->
            directory.alone(
                () -> {
                  put(reference, manifest);
                  return manifest;
                }));
  }

  private void put(String reference, RawManifest manifest) throws IOException {
    byte[] bytes = manifest.bytes();
    Descriptor image = new Descriptor(manifest.mediaType(), manifest.digest(), bytes.length);
    blobs.write(image, BlobSource.of(bytes));
    LayoutIndex index = directory.index();
    if (!reference.contains(":")) {
      index.put(reference, image);
    } else if (Referrers.subject(manifest).isPresent()) {
      index.put(image);
    }
    directory.writeIndex(index);
  }

  @Override
  public boolean replaceTag(String tag, Optional<Digest> expected, RawManifest manifest) {
    return local(
        () ->
            directory.alone(
                () -> {
                  boolean unmoved = resolve(tag).equals(expected);
                  if (unmoved) {
                    put(tag, manifest);
                  }
                  return unmoved;
                }));
  }

  @Override
  public void delete(String reference) {
    boolean there =
        resolve(reference).isPresent() && local(() -> directory.alone(() -> remove(reference)));
    if (!there) {
      throw new RegistryFailure.NotFound(
          "Cannot delete %s in %s: it is not there".formatted(reference, directory));
    }
  }

  private boolean remove(String reference) throws IOException {
    LayoutIndex index = directory.index();
    boolean there =
        reference.contains(":") ? index.remove(Digest.parse(reference)) : index.remove(reference);
    directory.writeIndex(index);
    return there;
  }

  @Override
  public List<String> tags() {
    return local(() -> List.copyOf(directory.index().tags()));
  }

  @Override
  public List<Referrer> referrers(Digest subject) {
    return local(
        () -> {
          List<Referrer> referrers = new ArrayList<>();
          LayoutIndex index = directory.index();
          for (Descriptor image : index.images()) {
            RawManifest manifest = manifest(image.digest().toString());
            if (Referrers.subject(manifest).equals(Optional.of(subject))) {
              referrers.add(Referrers.referrer(manifest));
            }
          }
          Optional<Descriptor> list = index.find(subject.withDash());
          if (list.isPresent()) {
            RawManifest raw = manifest(list.get().digest().toString());
            referrers.addAll(Referrers.in("read the referrers of " + subject, raw));
          }
          return referrers.stream().distinct().toList();
        });
  }

  @Override
  public TransferCounters counters() {
    return traffic.snapshot();
  }

  @Override
  public void close() {
    onClose.run();
  }

  /** Callers of methods that cannot say so learn of trouble with the disk unchecked. */
  private static <T> T local(LayoutDirectory.Change<T> work) {
    try {
      return work.make();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
