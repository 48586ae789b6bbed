package dev.cvmfs.injector.tar;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;

/**
 * The header of one entry of a tar archive.
 *
 * @param name path without leading {@code /} or {@code ./} and without trailing slash; bytes, not
 *     text
 * @param attributes permissions, owner, time and extended attributes
 * @param size bytes of content that follow the header; 0 for all types but {@link Type#FILE}
 * @param linkTarget for links, symbolic (as it stands) and hard (a name in the archive); otherwise
 *     empty
 * @param major device number, 0 for everything but devices
 * @param minor device number, 0 for everything but devices
 */
public record TarEntry(
    ByteString name,
    Type type,
    Attributes attributes,
    long size,
    ByteString linkTarget,
    int major,
    int minor) {
  /** Seven octal digits. */
  private static final int MAX_DEVICE = 07777777;

  private static final ByteString NO_TARGET = ByteString.of("");

  public TarEntry {
    if (size < 0 || (size > 0 && type != Type.FILE)) {
      throw new IllegalArgumentException("%s of size %d: %s".formatted(type, size, name));
    }
    if (!isDeviceNumber(major) || !isDeviceNumber(minor)) {
      throw new IllegalArgumentException(
          "a tar archive cannot hold device %d:%d: %s".formatted(major, minor, name));
    }
  }

  /** The type of an entry and the letter it has in the archive. */
  public enum Type {
    FILE('0'),
    HARD_LINK('1'),
    SYMLINK('2'),
    CHARACTER_DEVICE('3'),
    BLOCK_DEVICE('4'),
    DIRECTORY('5'),
    FIFO('6');

    private final char flag;

    Type(char flag) {
      this.flag = flag;
    }

    char flag() {
      return flag;
    }
  }

  /** Whether an archive can hold the number as major or minor number of a device. */
  public static boolean isDeviceNumber(int number) {
    return number >= 0 && number <= MAX_DEVICE;
  }

  public static TarEntry directory(ByteString name, Attributes attributes) {
    return new TarEntry(name, Type.DIRECTORY, attributes, 0, NO_TARGET, 0, 0);
  }

  public static TarEntry file(ByteString name, Attributes attributes, long size) {
    return new TarEntry(name, Type.FILE, attributes, size, NO_TARGET, 0, 0);
  }

  public static TarEntry fifo(ByteString name, Attributes attributes) {
    return new TarEntry(name, Type.FIFO, attributes, 0, NO_TARGET, 0, 0);
  }

  public static TarEntry device(
      ByteString name, Type type, Attributes attributes, int major, int minor) {
    return new TarEntry(name, type, attributes, 0, NO_TARGET, major, minor);
  }

  public static TarEntry symlink(ByteString name, Attributes attributes, ByteString target) {
    return new TarEntry(name, Type.SYMLINK, attributes, 0, target, 0, 0);
  }

  public static TarEntry hardLink(ByteString name, Attributes attributes, ByteString target) {
    return new TarEntry(name, Type.HARD_LINK, attributes, 0, target, 0, 0);
  }
}
