package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.RegistryConf;
import dev.cvmfs.injector.diff.Difference;
import dev.cvmfs.injector.diff.FileFacts;
import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.layer.LayerComparison;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.PackingOptions;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.LayerShape;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.sync.Change;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Compares the visible trees of an image's CVMFS layer with what the repositories hold, through the
 * specification: what a refresh would change. The layer is taken at its word.
 */
public final class ImageComparison {
  private final ImageStore store;
  private final Snapshots snapshots;
  private final Path cache;
  private final Conf conf;
  private final RegistryConf registryConf;

  /**
   * @param store the image's repository
   * @param cache the folder for temporary files
   */
  public ImageComparison(
      ImageStore store, Snapshots snapshots, Path cache, Conf conf, RegistryConf registryConf) {
    this.store = store;
    this.snapshots = snapshots;
    this.cache = cache;
    this.conf = conf;
    this.registryConf = registryConf;
  }

  /** Is told what distinguishes layers from what they would be. */
  public interface Listener {
    /**
     * A comparison begins.
     *
     * @param platforms the images of an index whose layer it is; none if there is no index
     */
    void begin(List<String> platforms);

    void difference(Difference difference);

    /** That was all of it. */
    void end();
  }

  /** What a comparison depends on; images that agree in it need only one. */
  private record Subject(Digest layer, SortedMap<String, LedgerEntry.Repository> wanted) {}

  /** One side and the other. */
  private record Sides(PresentLayer layer, SliceSource source, List<String> platforms) {}

  /**
   * Tells what leads from the layer to the repositories' states, for every layer of the images that
   * are meant, if the name leads to an index.
   *
   * @param state which state of the one repository, as {@link States#find} takes it; without it,
   *     the newest of each, or the one that the configuration names
   * @throws ImageFailure if an image has no CVMFS layer that can be compared
   */
  public void compare(ImageName image, Optional<String> state, Listener listener)
      throws IOException {
    try {
      compareAll(image, state, listener);
    } catch (LayerFormatException | TarFormatException e) {
      throw new ImageFailure(
          "the CVMFS layer of %s is damaged, so it cannot be compared (a refresh replaces it): %s"
              .formatted(image, e.getMessage()),
          e);
    }
  }

  private void compareAll(ImageName image, Optional<String> state, Listener listener)
      throws IOException {
    RawManifest raw = store.manifest(image.reference());
    Map<Subject, Sides> all = new LinkedHashMap<>();
    try (WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
      if (ManifestKind.of(raw).isIndex()) {
        IndexWalk.forEachImage(
            store,
            IndexOptions.of(conf),
            raw,
            (fetched, platform) -> {
              String label = "%s (%s)".formatted(image, platform);
              add(all, label, Optional.of(platform.toString()), fetched, state, work);
            });
      } else {
        FetchedImage fetched = FetchedImage.of(store, raw);
        add(all, image.toString(), Optional.empty(), fetched, state, work);
      }
      for (Sides sides : all.values()) {
        listener.begin(sides.platforms());
        Slice slice = sides.source().build(work);
        ByteString shown = shownRoot(slice.prefix(), sides.source().report());
        LayerComparison.changes(
            sides.layer(),
            slice,
            change -> difference(change, shown).ifPresent(listener::difference));
        listener.end();
      }
    }
  }

  private void add(
      Map<Subject, Sides> all,
      String label,
      Optional<String> platform,
      FetchedImage fetched,
      Optional<String> state,
      WorkDirectory work)
      throws IOException {
    if (!(fetched.injected() instanceof InjectedLayer.Found found)
        || found.diffId().equals(EmptyLayer.layer().diffId())) {
      throw new ImageFailure(
          "%s has no CVMFS content, so there is nothing to compare".formatted(label));
    }
    PresentLayer layer =
        PresentLayer.open(new LayerBlob(store, found.layer(), work))
            .orElseThrow(
                () ->
                    new ImageFailure(
                        "the CVMFS layer of %s was made or compressed again by another tool, so it cannot be compared; a refresh replaces it"
                            .formatted(label)));
    SliceSource source = source(layer, fetched.config().architecture(), state);
    Subject subject = new Subject(found.layer().digest(), source.repositories());
    platform.ifPresent(
        name ->
            all.computeIfAbsent(subject, any -> new Sides(layer, source, new ArrayList<>()))
                .platforms()
                .add(name));
    all.putIfAbsent(subject, new Sides(layer, source, List.of()));
  }

  /** With one repository, paths are told as they are in it. */
  private static ByteString shownRoot(ByteString prefix, List<Report.Repository> repositories) {
    return repositories.size() == 1
        ? ByteString.of(prefix + "/" + repositories.get(0).fqrn())
        : prefix;
  }

  private SliceSource source(
      PresentLayer layer, Optional<String> architecture, Optional<String> state)
      throws IOException {
    LayerRecipe recipe = LayerRecipe.of(layer);
    Repositories repositories = new Repositories(registryConf, recipe.specifications());
    if (state.isPresent() && repositories.names().size() > 1) {
      throw new ImageFailure(
          "the image has several repositories (%s), so one state of one of them cannot be meant"
              .formatted(String.join(", ", repositories.names())));
    }
    SliceSource source =
        new SliceSource(MountPoint.of(conf, recipe), LayerShape.USUAL, PackingOptions.USUAL);
    for (String fqrn : repositories.names()) {
      Snapshots.Opened opened = snapshots.open(fqrn);
      Snapshot snapshot = opened.snapshot();
      Snapshot wanted = state.map(name -> States.find(snapshot, name)).orElse(snapshot);
      source.add(
          new Snapshots.Opened(opened.conf(), wanted),
          repositories.specification(fqrn, architecture));
    }
    return source;
  }

  private static Optional<Difference> difference(
      Change<LayerComparison.SizedEntry> change, ByteString shownRoot) {
    Optional<FileFacts> left = change.before().map(ImageComparison::facts);
    Optional<FileFacts> right = change.after().map(ImageComparison::facts);
    // A link may lead to another name of the same content, where other files have come or gone.
    if (left.equals(right)) {
      return Optional.empty();
    }
    byte[] name = change.subject().entry().name().bytes();
    return Optional.of(new Difference(shown(name, shownRoot.bytes()), left, right));
  }

  private static FileFacts facts(LayerComparison.SizedEntry entry) {
    return FileFacts.of(entry.entry(), entry.bytes());
  }

  /** The path below the root, or the whole name of what is elsewhere. */
  private static ByteString shown(byte[] name, byte[] root) {
    boolean below =
        name.length > root.length
            && name[root.length] == '/'
            && Arrays.equals(name, 0, root.length, root, 0, root.length);
    if (below) {
      return ByteString.of(Arrays.copyOfRange(name, root.length, name.length));
    }
    if (Arrays.equals(name, root)) {
      return ByteString.of("/");
    }
    byte[] absolute = new byte[name.length + 1];
    absolute[0] = '/';
    System.arraycopy(name, 0, absolute, 1, name.length);
    return ByteString.of(absolute);
  }
}
