package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out which file of the store a visible file is, or should be, a link to, and has those made
 * that are missing. For one thread; others write the files.
 *
 * <p>The plain name goes to the first variant that comes, if it proves the content; all others have
 * names of their own. (A layer, which must not depend on history, gives it to the lowest.) A file
 * that is there is used only if it is in every respect what it should be.
 */
final class DataStore {
  /** ext4 allows 65,000 links to an inode; after this many a further copy is used. */
  static final int LINK_LIMIT = 60_000;

  private final PosixCalls calls;
  private final Layout layout;
  private final Expectations expectations;
  private final StoreTrust trust;
  private final ObjectMaker maker;
  private final int linkLimit;

  DataStore(Site site, StoreTrust trust, ObjectMaker maker, int linkLimit) {
    this.calls = site.calls();
    this.layout = site.layout();
    this.expectations = site.expectations();
    this.trust = trust;
    this.maker = maker;
    this.linkLimit = linkLimit;
  }

  /**
   * The file that one is to be a link to.
   *
   * @param name its path below the store
   * @param inode of the file; empty if it is not there yet
   * @param problem what is wrong with the one that is there
   */
  record Place(String name, OptionalLong inode, Optional<String> problem) {
    private static Place toCome(DataName name) {
      return new Place(name.path(), OptionalLong.empty(), Optional.empty());
    }
  }

  /** What can be said of a file under one of its names. */
  private enum Fitness {
    GOOD,
    /** It is not ours to judge: another variant has the name. */
    TAKEN,
    DAMAGED
  }

  /**
   * The file for a visible one, made in the background if it is missing or damaged.
   *
   * @param linked the inode that the visible file is a link to at present
   */
  Place place(DataFile wanted, OptionalLong linked) throws IOException {
    Optional<DataName> free = Optional.empty();
    for (DataName name : wanted.names()) {
      Optional<DataFile> underway = maker.underway(name);
      if (underway.isPresent()) {
        if (wanted.isServedBy(underway.get())) {
          return Place.toCome(name);
        }
        continue;
      }
      Optional<FileStatus> status = calls.status(layout.object(name));
      if (status.isEmpty()) {
        free = free.or(() -> Optional.of(name));
        continue;
      }
      switch (fitness(wanted, name, status.get(), linked)) {
        case GOOD -> {
          return good(wanted, name.path(), status.get(), linked);
        }
        case DAMAGED -> {
          maker.make(wanted, name, true);
          return new Place(
              name.path(), OptionalLong.empty(), Optional.of("its object in the store is damaged"));
        }
        case TAKEN -> {}
      }
    }
    Optional<Place> takenOver = takeOver(wanted);
    if (takenOver.isPresent()) {
      return takenOver.get();
    }
    DataName name = free.orElse(wanted.special());
    maker.make(wanted, name, false);
    return Place.toCome(name);
  }

  private Fitness fitness(DataFile wanted, DataName name, FileStatus status, OptionalLong linked)
      throws IOException {
    if (!status.isRegular() || status.size() != wanted.file().size()) {
      return Fitness.DAMAGED;
    }
    ByteString path = layout.object(name);
    if (!hasAttributes(wanted, path, status)) {
      return name.equals(wanted.plain()) ? Fitness.TAKEN : Fitness.DAMAGED;
    }
    boolean isLinked = linked.isPresent() && linked.getAsLong() == status.inode();
    return trust.deserves(path, status, wanted, isLinked) ? Fitness.GOOD : Fitness.DAMAGED;
  }

  /** The original, and we until format 2, gave the plain name to content that it does not prove. */
  private Optional<Place> takeOver(DataFile wanted) throws IOException {
    if (wanted.whole() || trust.isStoreOurs() || maker.underway(wanted.plain()).isPresent()) {
      return Optional.empty();
    }
    ByteString path = layout.object(wanted.plain());
    Optional<FileStatus> status = calls.status(path);
    if (status.isEmpty()
        || !status.get().isRegular()
        || status.get().size() != wanted.file().size()
        || !hasAttributes(wanted, path, status.get())
        || !trust.proves(path, status.get(), wanted)) {
      return Optional.empty();
    }
    maker.rename(wanted.plain(), wanted.special());
    return Optional.of(
        new Place(
            wanted.special().path(), OptionalLong.of(status.get().inode()), Optional.empty()));
  }

  private boolean hasAttributes(DataFile wanted, ByteString path, FileStatus status)
      throws IOException {
    return Differences.between(
            status, expectations.actual(path, wanted.expected()), wanted.expected())
        .isEmpty();
  }

  /** The file under that name, or the copy of it that the visible file is linked to. */
  private Place good(DataFile wanted, String name, FileStatus first, OptionalLong linked)
      throws IOException {
    FileStatus status = first;
    for (int copy = 1;
        linked.isPresent() && linked.getAsLong() != status.inode() && status.links() > linkLimit;
        copy++) {
      String further = DataFile.copy(name, copy);
      ByteString path = layout.object(further);
      Optional<FileStatus> found = calls.status(path);
      if (found.isEmpty()) {
        break;
      }
      status = found.get();
      if (status.inode() == linked.getAsLong()
          && status.size() == wanted.file().size()
          && hasAttributes(wanted, path, status)
          && trust.deserves(path, status, wanted, true)) {
        trust.foundCopy(status);
        return new Place(further, linked, Optional.empty());
      }
    }
    return new Place(name, OptionalLong.of(first.inode()), Optional.empty());
  }
}
