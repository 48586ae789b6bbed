package dev.cvmfs.injector.slice;

import dev.cvmfs.shrinkwrap.data.DataName;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A file of the {@code .data} store that no visible file links to any more.
 *
 * @param fqrn the repository that had the last link
 * @param repository which of the slice's repositories that is, counted from 0
 * @param revision at which it had none any more
 * @param objects that make up the content
 */
public record GarbageObject(
    DataName name, String fqrn, int repository, long revision, List<ObjectRef> objects) {
  public GarbageObject {
    objects = List.copyOf(objects);
    if (objects.isEmpty() || revision < 0) {
      throw new IllegalArgumentException("garbage without content or revision: " + name);
    }
  }

  /** Bytes of plain content. */
  public long size() {
    return objects.stream().mapToLong(ObjectRef::size).sum();
  }

  /** Whatever attributes it had are of no use without a link; its name still says what it was. */
  PlannedObject planned() {
    return new PlannedObject(name, FixedAttributes.PRIVATE_FILE, size(), repository, objects);
  }

  /**
   * As it stands in the list: {@code <revision> <name>}, and then the hashes of the objects, unless
   * there is one and the name has its hash.
   */
  String line() {
    boolean whole = objects.size() == 1 && objects.get(0).hash().equals(name.content());
    String parts =
        whole
            ? ""
            : objects.stream().map(object -> " " + object.hash()).collect(Collectors.joining());
    return revision + " " + name.path() + parts + "\n";
  }
}
