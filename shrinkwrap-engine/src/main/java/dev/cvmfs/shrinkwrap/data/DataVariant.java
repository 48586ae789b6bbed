package dev.cvmfs.shrinkwrap.data;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Locale;

/**
 * What the metadata hash leaves out but an inode has only one of. Files that agree in content and
 * metadata hash but not in this do not share an inode; the lowest variant has the plain name in
 * {@code .data}, every other one is told apart by {@link #suffix}.
 *
 * @param specialBits set-uid, set-gid and sticky bit as an octal digit, 0 to 7
 * @param selinux 16 hexadecimal digits of the MD5 of the SELinux labels, or empty if there are none
 * @param mtime time of modification
 */
public record DataVariant(int specialBits, String selinux, Timestamp mtime)
    implements Comparable<DataVariant> {
  private static final Comparator<DataVariant> ORDER =
      Comparator.comparingInt(DataVariant::specialBits)
          .thenComparing(DataVariant::selinux)
          .thenComparing(DataVariant::mtime);

  public static DataVariant of(Attributes attributes) {
    byte[] labels = MetaHash.serialise(attributes.xattrs(), true);
    String selinux =
        labels.length == 0
            ? ""
            : HexFormat.of().formatHex(MetaHash.newMd5().digest(labels)).substring(0, 16);
    return new DataVariant(attributes.permissions() >> 9, selinux, attributes.mtime());
  }

  /** {@code ~<seconds>[.<nanoseconds, 9 digits>][s<special bits>][x<SELinux digits>]}. */
  public String suffix() {
    StringBuilder suffix = new StringBuilder("~").append(mtime.seconds());
    if (mtime.nanos() != 0) {
      suffix.append(String.format(Locale.ROOT, ".%09d", mtime.nanos()));
    }
    if (specialBits != 0) {
      suffix.append('s').append(specialBits);
    }
    if (!selinux.isEmpty()) {
      suffix.append('x').append(selinux);
    }
    return suffix.toString();
  }

  @Override
  public int compareTo(DataVariant other) {
    return ORDER.compare(this, other);
  }
}
