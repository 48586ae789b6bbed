package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.Conf;
import dev.cvmfs.conf.GarbagePolicy;
import dev.cvmfs.injector.image.EmptyLayer;
import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.injector.image.InjectedLayer;
import dev.cvmfs.injector.image.InjectionLabels;
import dev.cvmfs.injector.image.InjectionState;
import dev.cvmfs.injector.image.ManifestKind;
import dev.cvmfs.injector.image.NewLayer;
import dev.cvmfs.injector.image.RepositoryState;
import dev.cvmfs.injector.layer.LayerFinding;
import dev.cvmfs.injector.layer.LayerFormatException;
import dev.cvmfs.injector.layer.LayerGarbage;
import dev.cvmfs.injector.layer.LayerProof;
import dev.cvmfs.injector.layer.PackingOptions;
import dev.cvmfs.injector.layer.PresentLayer;
import dev.cvmfs.injector.layer.WrittenLayer;
import dev.cvmfs.injector.ledger.LayerLedger;
import dev.cvmfs.injector.ledger.LedgerEntry;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.injector.tar.TarFormatException;
import dev.cvmfs.registry.Descriptor;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.spec.SpecFailure;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Proves the CVMFS layer of an image against the signed catalogs, without fetching any content from
 * CVMFS:
 *
 * <ol>
 *   <li>the layer is downloaded, and its bytes must have the digest that the manifest names;
 *   <li>which repositories, specifications and options it was made with is read in the layer
 *       itself, and which states of the repositories in the image's label; each state must be the
 *       newest one or one before it, as the newest one's signature vouches for;
 *   <li>the catalogs of these states are walked, and the layer that they give is compared with the
 *       one that is there, see {@link LayerProof}.
 * </ol>
 *
 * <p>Garbage hangs from no signature: whoever can write to the registry may have put it there. It
 * is told of, and a finding if the settings do not allow it.
 */
public final class ImageVerifier {
  private final ImageStore store;
  private final Snapshots snapshots;
  private final Path cache;
  private final Conf conf;
  private final GarbagePolicy garbagePolicy;
  private final ProgressListener progress;
  private final Clock clock;

  /**
   * @param store the image's repository
   * @param cache the folder for temporary files and for the ledger of layers
   * @param conf which images of an index are meant
   * @param garbagePolicy how much garbage layers may have
   */
  public ImageVerifier(
      ImageStore store,
      Snapshots snapshots,
      Path cache,
      Conf conf,
      GarbagePolicy garbagePolicy,
      ProgressListener progress,
      Clock clock) {
    this.store = store;
    this.snapshots = snapshots;
    this.cache = cache;
    this.conf = conf;
    this.garbagePolicy = garbagePolicy;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * Does it, for each image that is meant if the name leads to an index. A layer that several of
   * them have is proven once.
   *
   * @throws ImageFailure if an image has no CVMFS layer
   * @throws IOException if the local disk fails
   */
  public List<Verification> verify(ImageName image) throws IOException {
    RawManifest raw = store.manifest(image.reference());
    try (WorkDirectory work = WorkDirectory.open(cache.resolve("work"))) {
      if (!ManifestKind.of(raw).isIndex()) {
        return List.of(verify(image.toString(), FetchedImage.of(store, raw), work));
      }
      List<Verification> all = new ArrayList<>();
      Map<Claim, Verification> known = new HashMap<>();
      IndexWalk.forEachImage(
          store,
          IndexOptions.of(conf),
          raw,
          (fetched, platform) -> {
            String label = "%s (%s)".formatted(image, platform);
            Claim claim = Claim.of(fetched, found(label, fetched));
            Verification same = known.get(claim);
            Verification result =
                same == null ? verify(label, fetched, work) : same.of(label, fetched.digest());
            known.put(claim, result);
            all.add(result);
          });
      return all;
    }
  }

  /**
   * What a verification depends on.
   *
   * @param toc what the manifest says of the layer's table of contents
   * @param state what the image's label says that the layer was made from
   */
  private record Claim(
      Descriptor layer, Digest diffId, Optional<String> toc, Optional<String> state) {
    static Claim of(FetchedImage image, InjectedLayer.Found found) {
      return new Claim(
          found.layer(),
          found.diffId(),
          image.manifest().layerAnnotation(found.position(), NewLayer.TOC_ANNOTATION),
          image.config().label(InjectionLabels.STATE));
    }
  }

  private Verification verify(String label, FetchedImage fetched, WorkDirectory work)
      throws IOException {
    return new Run(label, fetched, found(label, fetched), work).verification();
  }

  private static InjectedLayer.Found found(String label, FetchedImage fetched) {
    if (fetched.injected() instanceof InjectedLayer.Found found) {
      return found;
    }
    throw new ImageFailure("%s has no CVMFS layer, so there is nothing to verify".formatted(label));
  }

  /** The work on one image. */
  private final class Run {
    private final String image;
    private final FetchedImage fetched;
    private final InjectedLayer.Found found;
    private final WorkDirectory work;
    private final List<LayerFinding> findings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private SliceSource source = new SliceSource();
    private Verification.Amounts amounts = Verification.Amounts.NONE;
    private Report.Garbage garbage = Report.Garbage.NONE;

    private Run(String image, FetchedImage fetched, InjectedLayer.Found found, WorkDirectory work) {
      this.image = image;
      this.fetched = fetched;
      this.found = found;
      this.work = work;
    }

    private Verification verification() throws IOException {
      if (found.diffId().equals(EmptyLayer.layer().diffId())) {
        notes.add("the layer is the empty one of --prepare");
        if (!found.layer().digest().equals(EmptyLayer.layer().blob())) {
          findings.add(
              new LayerFinding("blob", "is not the empty layer as this program writes it"));
        }
      } else {
        FileBlob blob = download();
        Optional<PresentLayer> layer = PresentLayer.open(blob);
        if (layer.isPresent()) {
          prove(layer.get(), blob);
        } else {
          findings.add(
              new LayerFinding(
                  "blob",
                  "was made or compressed again by another tool, so its content cannot be traced to"
                      + " CVMFS's objects; a refresh replaces it"));
        }
      }
      return new Verification(
          image,
          fetched.digest().toString(),
          new Report.Layer(
              found.layer().digest().toString(), found.diffId().toString(), found.layer().size()),
          source.report(),
          amounts,
          garbage,
          notes,
          findings);
    }

    private FileBlob download() throws IOException {
      Path file = work.newFile("layer");
      try (ProgressListener.Task task =
          progress.task("Downloading the layer", found.layer().size())) {
        LayerDownload.Result result = LayerDownload.into(file, store, found.layer(), task::advance);
        result.problem().ifPresent(problem -> findings.add(new LayerFinding("blob", problem)));
        return new FileBlob(file, result.size());
      }
    }

    private void prove(PresentLayer layer, FileBlob blob) throws IOException {
      LayerOrigins origins;
      try {
        origins = LayerOrigins.of(layer);
        addRepositories(origins);
      } catch (LayerFormatException | TarFormatException | SpecFailure e) {
        findings.add(
            new LayerFinding(
                ".provenance", "does not tell how the layer was made: " + e.getMessage()));
        return;
      }
      Slice slice = withListedGarbage(source.build(work), layer);
      LedgerEntry.Amounts counted = LayerMaker.amounts(slice);
      LayerProof proof;
      try (ProgressListener.Task task = progress.task("Proving the layer", slice.contentBytes())) {
        proof = LayerProof.of(slice, blob, work, task::advance);
      }
      findings.addAll(proof.findings());
      proof
          .written()
          .filter(written -> !written.diffId().equals(found.diffId()))
          .ifPresent(
              written ->
                  findings.add(
                      new LayerFinding(
                          "rootfs.diff_ids",
                          "names %s, but the layer is %s"
                              .formatted(found.diffId(), written.diffId()))));
      Optional<Digest> toc = proof.written().flatMap(WrittenLayer::toc);
      if (findings.isEmpty()) {
        // Whatever the manifest says of it: from this a refresh knows what to put right.
        new LayerLedger(cache.resolve("layers"), work, clock)
            .add(
                source.ledgerEntry(
                    new NewLayer(found.layer().digest(), found.diffId(), found.layer().size(), toc),
                    counted,
                    List.of(store.name().repositoryPath())));
      }
      toc.ifPresent(this::requireAnnotation);
      if (findings.isEmpty()) {
        amounts =
            new Verification.Amounts(counted.entries(), counted.objects(), counted.contentBytes());
      }
    }

    /** A runtime that reads an eStargz in parts believes the table that the manifest names. */
    private void requireAnnotation(Digest toc) {
      Optional<String> named =
          fetched.manifest().layerAnnotation(found.position(), NewLayer.TOC_ANNOTATION);
      if (!named.equals(Optional.of(toc.toString()))) {
        findings.add(
            new LayerFinding(
                "annotation " + NewLayer.TOC_ANNOTATION,
                "is %s, but should be %s".formatted(named.orElse("missing"), toc)));
      }
    }

    private Slice withListedGarbage(Slice slice, PresentLayer layer) throws IOException {
      try {
        Slice all = slice.with(LayerGarbage.listedIn(layer, slice, source.revisions()));
        garbage = Report.Garbage.of(all);
        if (!garbagePolicy.keeps(garbage.bytes(), slice.contentBytes())) {
          findings.add(
              new LayerFinding(
                  ".garbage",
                  "lists %s that no catalog names, in %s; that is more than OCI_GC allows here"
                      .formatted(
                          Amounts.bytes(garbage.bytes()),
                          Amounts.count(garbage.objects(), "object", "objects"))));
        }
        return all;
      } catch (LayerFormatException | TarFormatException e) {
        findings.add(new LayerFinding(".garbage", String.valueOf(e.getMessage())));
        return slice;
      }
    }

    private void addRepositories(LayerOrigins origins) throws IOException {
      source = new SliceSource(origins.prefix(), origins.shape(), PackingOptions.USUAL);
      Map<String, RepositoryState> states =
          InjectionState.of(fetched.config(), notes::add)
              .orElseGet(InjectionState::prepared)
              .repositories();
      if (origins.repositories().isEmpty()) {
        throw new LayerFormatException("it names no repository");
      }
      for (Map.Entry<String, LayerOrigins.Origin> origin : origins.repositories().entrySet()) {
        String fqrn = origin.getKey();
        Snapshots.Opened newest = snapshots.open(fqrn, origin.getValue().info().settings());
        Optional<ContentHash> claimed =
            Optional.ofNullable(states.get(fqrn)).map(RepositoryState::rootHash);
        source.add(
            new Snapshots.Opened(newest.conf(), state(newest.snapshot(), claimed)),
            SpecificationFile.parse(
                origin.getValue().specification(), "the specification of " + fqrn));
      }
    }

    private Snapshot state(Snapshot newest, Optional<ContentHash> claimed) {
      if (claimed.isEmpty()) {
        notes.add(
            "the image does not say which state of %s it has; compared with revision %d"
                .formatted(newest.fqrn(), newest.revision()));
        return newest;
      }
      if (claimed.get().equals(newest.rootHash())) {
        return newest;
      }
      if (!newest.isOrFollows(claimed.get(), States.STEPS)) {
        findings.add(
            new LayerFinding(
                "label cvmfs_injection_state",
                "names a state of %s, %s, to which the newest signed one does not lead; compared with revision %d"
                    .formatted(newest.fqrn(), claimed.get(), newest.revision())));
        return newest;
      }
      Snapshot state = newest.at(claimed.get());
      notes.add(
          "%s is at revision %d by now; the image is said to be made from revision %d"
              .formatted(newest.fqrn(), newest.revision(), state.revision()));
      return state;
    }
  }
}
