package dev.cvmfs.shrinkwrap.source;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.FileContent;
import dev.cvmfs.shrinkwrap.object.ContentHash;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import java.io.InputStream;
import java.util.Optional;

/** A state of a CVMFS repository; what it gives was checked against the signed catalog. */
public final class SnapshotTree implements SourceTree {
  private final Snapshot snapshot;

  /**
   * @param snapshot stays the caller's to close
   */
  public SnapshotTree(Snapshot snapshot) {
    this.snapshot = snapshot;
  }

  @Override
  public String fqrn() {
    return snapshot.fqrn();
  }

  @Override
  public Optional<ContentHash> rootHash() {
    return Optional.of(snapshot.rootHash());
  }

  @Override
  public long revision() {
    return snapshot.revision();
  }

  @Override
  public EntryCursor walk(Specification specification, CatalogGate gate) {
    return snapshot.walk(specification, gate);
  }

  @Override
  public InputStream open(Entry.RegularFile file) {
    return FileContent.open(snapshot.objects(), file);
  }

  @Override
  public boolean isLocal(Entry.RegularFile file) {
    return file.objects().stream().allMatch(object -> snapshot.objects().isLocal(object));
  }

  @Override
  public void prefetch(Entry.RegularFile file) {
    if (!file.objects().isEmpty()) {
      // The following ones are for the content's own reading ahead.
      snapshot.objects().prefetch(file.objects().get(0));
    }
  }
}
