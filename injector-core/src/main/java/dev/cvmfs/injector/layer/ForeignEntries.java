package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.slice.LayerNames;
import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Timestamp;

/** Compares entries of an archive that says less than ours with what is wanted. */
final class ForeignEntries {
  private static final String STORE = LayerNames.DATA + "/";

  /** {@code XX/YY/} and the 36 digits that follow: the content hash. */
  private static final int CONTENT = 6 + 36;

  private ForeignEntries() {}

  static boolean isAlike(TarEntry present, TarEntry wanted) {
    return present.type() == wanted.type()
        && present.size() == wanted.size()
        && present.major() == wanted.major()
        && present.minor() == wanted.minor()
        && isAlike(present.attributes(), wanted.attributes())
        && target(present).equals(target(wanted));
  }

  private static boolean isAlike(Attributes present, Attributes wanted) {
    Timestamp time = wanted.mtime();
    boolean sameTime =
        present.mtime().equals(time)
            || (present.mtime().nanos() == 0 && present.mtime().seconds() == time.seconds());
    return sameTime
        && present.permissions() == wanted.permissions()
        && present.uid() == wanted.uid()
        && present.gid() == wanted.gid()
        && present.xattrs().equals(wanted.xattrs());
  }

  /** Of a link into the store the content hash: the rest of the name is a matter of format. */
  private static String target(TarEntry entry) {
    String target = entry.linkTarget().toString();
    int store = target.indexOf(STORE);
    boolean intoStore = entry.type() == TarEntry.Type.HARD_LINK && store >= 0;
    int start = store + STORE.length();
    return intoStore && target.length() >= start + CONTENT
        ? target.substring(start, start + CONTENT)
        : target;
  }
}
