package dev.cvmfs.injector.inject;

import dev.cvmfs.conf.CvmfsConf;
import dev.cvmfs.injector.image.RepositoryState;
import dev.cvmfs.injector.slice.Slice;
import dev.cvmfs.injector.slice.SliceBuilder;
import dev.cvmfs.injector.spool.WorkDirectory;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.Trust;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The states of repositories that go into an image, and what of them is wanted. */
final class SliceSource {
  /** The directory in the image in which repositories appear, as with a CVMFS client. */
  private static final String PREFIX = "cvmfs";

  private final SortedMap<String, Part> parts = new TreeMap<>();

  void add(Snapshots.Opened opened, Specification specification) {
    Snapshot snapshot = opened.snapshot();
    parts.put(snapshot.fqrn(), new Part(snapshot, opened.conf(), specification));
  }

  /** Walks the repositories. */
  Slice build(WorkDirectory work) throws IOException {
    SliceBuilder builder = new SliceBuilder(work, PREFIX);
    for (Part part : parts.values()) {
      String fqrn = part.snapshot().fqrn();
      SortedMap<String, byte[]> provenance =
          LayerProvenance.files(part.specification(), PREFIX, part.conf());
      try (EntryCursor entries = part.snapshot().walk(part.specification())) {
        builder.add(fqrn, provenance, entries);
      }
    }
    return builder.finish();
  }

  /** In the order of the slice's repositories. */
  List<ObjectStore> stores() {
    return parts.values().stream().map(part -> part.snapshot().objects()).toList();
  }

  Map<String, RepositoryState> state() {
    Map<String, RepositoryState> state = new LinkedHashMap<>();
    for (Part part : parts.values()) {
      Snapshot snapshot = part.snapshot();
      Digest specification = Digest.sha256(part.specification().source());
      state.put(
          snapshot.fqrn(),
          new RepositoryState(snapshot.rootHash(), snapshot.revision(), specification));
    }
    return state;
  }

  List<Report.Repository> report() {
    return parts.values().stream()
        .map(Part::snapshot)
        .map(
            s ->
                new Report.Repository(
                    s.fqrn(),
                    s.rootHash().toString(),
                    s.revision(),
                    s.trust() instanceof Trust.Verified))
        .toList();
  }

  /** When the newest of the states was published. */
  Instant published() {
    return parts.values().stream()
        .map(part -> part.snapshot().published())
        .max(Comparator.naturalOrder())
        .orElse(Instant.EPOCH);
  }

  private record Part(Snapshot snapshot, CvmfsConf conf, Specification specification) {}
}
