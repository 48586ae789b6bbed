package dev.cvmfs.injector.layer;

import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import java.util.ArrayList;
import java.util.List;

/** Says in words what distinguishes two entries of the same name. */
final class EntryDifference {
  private EntryDifference() {}

  /** Such as {@code mode 0644, should be 0755; link to a, should be to b}. */
  static String of(TarEntry present, TarEntry wanted) {
    List<String> differences = new ArrayList<>();
    add(differences, "kind", present.type(), wanted.type());
    add(differences, "link to", present.linkTarget(), wanted.linkTarget());
    add(differences, "size", present.size(), wanted.size());
    add(differences, "device", present.major() + ":" + present.minor(), device(wanted));
    Attributes is = present.attributes();
    Attributes should = wanted.attributes();
    add(differences, "mode", octal(is.permissions()), octal(should.permissions()));
    add(differences, "owner", is.uid() + ":" + is.gid(), should.uid() + ":" + should.gid());
    add(differences, "time", time(is), time(should));
    if (!is.xattrs().equals(should.xattrs())) {
      differences.add("other extended attributes");
    }
    return String.join("; ", differences);
  }

  private static String device(TarEntry entry) {
    return entry.major() + ":" + entry.minor();
  }

  private static String octal(int permissions) {
    return "%04o".formatted(permissions);
  }

  private static String time(Attributes attributes) {
    return "%d.%09d".formatted(attributes.mtime().seconds(), attributes.mtime().nanos());
  }

  private static <T> void add(List<String> differences, String what, T is, T should) {
    if (!is.equals(should)) {
      differences.add("%s %s, should be %s".formatted(what, is, should));
    }
  }
}
