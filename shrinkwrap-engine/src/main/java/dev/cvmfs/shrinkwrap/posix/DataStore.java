package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.os.FileStatus;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds out which file of the store a visible file is, or should be, a link to, and has those made
 * that are missing. For one thread; others write the files.
 *
 * <p>The plain name goes to the first variant that comes, all others have names of their own; a
 * layer, which must not depend on history, gives it to the lowest. A file that is there is used
 * only if it is in every respect what it should be.
 */
final class DataStore {
  /** ext4 allows 65,000 links to an inode; after this many a further copy is used. */
  static final int LINK_LIMIT = 60_000;

  private final PosixCalls calls;
  private final Layout layout;
  private final Expectations expectations;
  private final Trust trust;
  private final ObjectMaker maker;
  private final int linkLimit;

  DataStore(
      PosixCalls calls,
      Layout layout,
      Expectations expectations,
      Trust trust,
      ObjectMaker maker,
      int linkLimit) {
    this.calls = calls;
    this.layout = layout;
    this.expectations = expectations;
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

  /** What can be said of a file under one of the two names. */
  private enum Verdict {
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
    boolean plainIsFree = false;
    for (DataName name : List.of(wanted.plain(), wanted.special())) {
      Optional<DataFile> underway = maker.underway(name);
      if (underway.isPresent()) {
        if (wanted.isServedBy(underway.get())) {
          return Place.toCome(name);
        }
        continue;
      }
      Optional<FileStatus> status = calls.status(layout.object(name));
      if (status.isEmpty()) {
        plainIsFree |= name.equals(wanted.plain());
        continue;
      }
      switch (judge(wanted, name, status.get(), linked)) {
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
    DataName name = plainIsFree ? wanted.plain() : wanted.special();
    maker.make(wanted, name, false);
    return Place.toCome(name);
  }

  private Verdict judge(DataFile wanted, DataName name, FileStatus status, OptionalLong linked)
      throws IOException {
    boolean isPlain = name.equals(wanted.plain());
    // The plain name of content in several objects is only the catalog's word for it.
    boolean disputed = isPlain && !wanted.whole();
    Verdict wrongContent = disputed ? Verdict.TAKEN : Verdict.DAMAGED;
    if (!status.isRegular() || status.size() != wanted.file().size()) {
      return wrongContent;
    }
    ByteString path = layout.object(name);
    if (!hasAttributes(wanted, path, status)) {
      return isPlain ? Verdict.TAKEN : Verdict.DAMAGED;
    }
    boolean isLinked = linked.isPresent() && linked.getAsLong() == status.inode();
    boolean named = !disputed || isLinked;
    return trust.deserves(path, status, wanted.file(), named) ? Verdict.GOOD : wrongContent;
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
          && trust.deserves(path, status, wanted.file(), true)) {
        return new Place(further, linked, Optional.empty());
      }
    }
    return new Place(name, OptionalLong.of(first.inode()), Optional.empty());
  }
}
