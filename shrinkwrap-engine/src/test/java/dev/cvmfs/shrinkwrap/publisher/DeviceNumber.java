package dev.cvmfs.shrinkwrap.publisher;

/** Device numbers as Linux programs see them in {@code st_rdev} (glibc, sys/sysmacros.h). */
final class DeviceNumber {

  private DeviceNumber() {}

  static long encode(int major, int minor) {
    return (major & 0xfffL) << 8
        | (minor & 0xffL)
        | (minor & 0xffff_ff00L) << 12
        | (major & 0xffff_f000L) << 32;
  }

  static int major(long device) {
    return (int) ((device >>> 8 & 0xfff) | (device >>> 32 & 0xffff_f000L));
  }

  static int minor(long device) {
    return (int) ((device & 0xff) | (device >>> 12 & 0xffff_ff00L));
  }
}
