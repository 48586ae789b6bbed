package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.data.ContentCut;
import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.data.DataVariant;
import dev.cvmfs.shrinkwrap.data.MetaHash;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.util.List;

/**
 * A file of the store as one visible file needs it. Two names may be its own: the plain one, which
 * the first of several variants takes and which is the original's, and one that no other variant
 * has. Only the latter proves content that is not the one compressed object whose hash is in the
 * plain one: what a catalog calls the hash of a chunked file is its word, and nobody's proof.
 */
record DataFile(
    Entry.RegularFile file, Expected expected, DataName plain, DataName special, ByteString cut) {

  static DataFile of(Entry.RegularFile file, Expected expected) {
    MetaHash meta = MetaHash.of(file.attributes());
    ByteString cut = ContentCut.of(file);
    String suffix = DataVariant.of(file.attributes()).suffix() + ContentCut.suffix(cut);
    return new DataFile(
        file,
        expected,
        new DataName(file.identity(), meta, ""),
        new DataName(file.identity(), meta, suffix),
        cut);
  }

  /** Whether both names prove the content, because its hash is that of its only object. */
  boolean whole() {
    return cut.equals(ContentCut.WHOLE);
  }

  /** The names that it may have, the better one first. */
  List<DataName> names() {
    return whole() ? List.of(plain, special) : List.of(special);
  }

  /** Whether a file made for the other serves this one as well. */
  boolean isServedBy(DataFile other) {
    return expected.equals(other.expected) && cut.equals(other.cut);
  }

  /** Further copies, for what more links than a file system allows. */
  static String copy(String name, int number) {
    return number == 0 ? name : name + "+" + number;
  }
}
