package dev.cvmfs.injector.diff;

import dev.cvmfs.injector.tar.TarEntry;
import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import java.util.List;
import java.util.Locale;

/**
 * What is compared of a file, whether it is known from a catalog or from a layer.
 *
 * @param kind {@code file}, {@code directory}, {@code symlink}, {@code fifo}, {@code socket},
 *     {@code character device} or {@code block device}
 * @param size bytes of content
 * @param content the hash that names the content of a file; empty for all else, and for empty files
 * @param target of a symbolic link, or the numbers of a device; otherwise empty
 * @param objects how CVMFS stores the content; empty where that is not known
 */
public record FileFacts(
    String kind,
    Attributes attributes,
    long size,
    String content,
    ByteString target,
    List<ObjectRef> objects) {
  private static final ByteString NOTHING = ByteString.of("");

  /** The digits of a content hash in a name of the store, {@code …/XX/YY/<36 digits>…}. */
  private static final int REST_DIGITS = 36;

  public FileFacts {
    objects = List.copyOf(objects);
  }

  /** What a catalog says. */
  public static FileFacts of(Entry entry) {
    Attributes attributes = entry.attributes();
    if (entry instanceof Entry.RegularFile file) {
      String content = file.size() == 0 ? "" : file.identity().hex();
      return new FileFacts("file", attributes, file.size(), content, NOTHING, file.objects());
    }
    if (entry instanceof Entry.Symlink link) {
      return new FileFacts("symlink", attributes, 0, "", link.target(), List.of());
    }
    if (entry instanceof Entry.Special special) {
      return new FileFacts(
          name(special.kind()),
          attributes,
          0,
          "",
          device(special.major(), special.minor()),
          List.of());
    }
    return new FileFacts("directory", attributes, 0, "", NOTHING, List.of());
  }

  /**
   * What a layer says.
   *
   * @param size bytes of the content that a hard link leads to
   */
  public static FileFacts of(TarEntry entry, long size) {
    Attributes attributes = entry.attributes();
    return switch (entry.type()) {
      case FILE -> new FileFacts("file", attributes, entry.size(), "", NOTHING, List.of());
      case HARD_LINK ->
          new FileFacts("file", attributes, size, content(entry.linkTarget()), NOTHING, List.of());
      case SYMLINK -> new FileFacts("symlink", attributes, 0, "", entry.linkTarget(), List.of());
      case DIRECTORY -> new FileFacts("directory", attributes, 0, "", NOTHING, List.of());
      default ->
          new FileFacts(
              name(entry.type()),
              attributes,
              0,
              "",
              device(entry.major(), entry.minor()),
              List.of());
    };
  }

  private static String name(Enum<?> kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static ByteString device(int major, int minor) {
    return ByteString.of(major + ":" + minor);
  }

  /** The digits of the content hash, or the whole name where it is none of the store. */
  private static String content(ByteString target) {
    String name = target.toString();
    int file = name.lastIndexOf('/');
    int end = file + 1 + REST_DIGITS;
    boolean inStore = file >= 6 && name.length() >= end && name.charAt(file - 3) == '/';
    return inStore
        ? name.substring(file - 5, file - 3)
            + name.substring(file - 2, file)
            + name.substring(file + 1, end)
        : name;
  }
}
