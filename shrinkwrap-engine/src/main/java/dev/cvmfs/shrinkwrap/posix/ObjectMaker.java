package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.data.DataName;
import java.io.IOException;
import java.util.Optional;

/** Makes the files of the store that are missing or damaged, or have the wrong name. */
interface ObjectMaker {

  /** What is being made under a name at the moment. */
  Optional<DataFile> underway(DataName name);

  /**
   * Has a file made, now or soon.
   *
   * @param replace whether a damaged one is there
   * @throws IOException if an earlier one could not be made
   */
  void make(DataFile file, DataName name, boolean replace) throws IOException;

  /** Gives a file a name that it should have had from the beginning, if that is free. */
  void rename(DataName from, DataName to) throws IOException;

  /** Makes nothing; for those who only look. */
  static ObjectMaker none() {
    return new ObjectMaker() {
      @Override
      public Optional<DataFile> underway(DataName name) {
        return Optional.empty();
      }

      @Override
      public void make(DataFile file, DataName name, boolean replace) {
        // Only looking.
      }

      @Override
      public void rename(DataName from, DataName to) {
        // Only looking.
      }
    };
  }
}
