package dev.cvmfs.injector.layer;

import dev.cvmfs.shrinkwrap.data.DataName;
import java.util.List;

/**
 * Where the content of one {@code .data} file lies in the blob.
 *
 * @param start offset of its first member
 * @param members its members, one behind the other
 */
record IndexRecord(DataName name, long start, List<StoredMember> members) {
  IndexRecord {
    members = List.copyOf(members);
  }

  long end() {
    return start + members.stream().mapToLong(StoredMember::length).sum();
  }
}
