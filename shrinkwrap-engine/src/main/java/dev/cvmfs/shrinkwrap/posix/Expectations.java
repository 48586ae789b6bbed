package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.posix.Expected.Owner;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Translates what the catalog says into what can be had here, and remembers what could not, so that
 * it can be told once. For one thread.
 */
final class Expectations {
  private static final Path SELINUX = Path.of("/sys/fs/selinux/enforce");
  private static final int SET_ID_BITS = 06000;

  private final Abilities abilities;
  private final Unlocker files;
  private final boolean labels;
  private final Map<String, Lost> lost = new LinkedHashMap<>();

  private record Lost(long count, TreePath first) {}

  Expectations(Abilities abilities, Unlocker files) {
    this.abilities = abilities;
    this.files = files;
    // Where SELinux is active, labels are the machine's business.
    this.labels = !Files.exists(SELINUX);
  }

  /** What to expect of a file; empty if it cannot be made here at all. */
  Optional<Expected> of(Entry entry) {
    if (entry instanceof Entry.Special special && !abilities.devices() && isDevice(special)) {
      leftOut("devices were left out", entry.path());
      return Optional.empty();
    }
    Attributes attributes = entry.attributes();
    int permissions = attributes.permissions();
    Optional<Owner> owner = Optional.empty();
    if (abilities.owners()) {
      owner = Optional.of(new Owner(attributes.uid(), attributes.gid()));
    } else {
      leftOut("files belong to whoever runs this, not to their owners", entry.path());
      if (entry instanceof Entry.RegularFile && (permissions & SET_ID_BITS) != 0) {
        // For the wrong user it would be a way in.
        permissions &= ~SET_ID_BITS;
        leftOut("set-uid and set-gid bits were left out, as owners are", entry.path());
      }
    }
    return Optional.of(
        new Expected(
            permissions, owner, abilities.kept(attributes.mtime()), xattrs(entry, attributes)));
  }

  /** The owner of a file that is like another one. */
  Optional<Owner> owner(long uid, long gid) {
    return abilities.owners() ? Optional.of(new Owner(uid, gid)) : Optional.empty();
  }

  private static boolean isDevice(Entry.Special special) {
    return special.kind() == Entry.Special.Kind.CHARACTER_DEVICE
        || special.kind() == Entry.Special.Kind.BLOCK_DEVICE;
  }

  private Xattrs xattrs(Entry entry, Attributes attributes) {
    if (attributes.xattrs().isEmpty()) {
      return Xattrs.NONE;
    }
    // The kernel gives user attributes to these two kinds alone.
    boolean users = entry instanceof Entry.RegularFile || entry instanceof Entry.Directory;
    Map<byte[], byte[]> possible = new TreeMap<>(Arrays::compareUnsigned);
    attributes
        .xattrs()
        .forEach(
            (bytes, value) -> {
              String name = text(bytes);
              String namespace = name.substring(0, name.indexOf('.') + 1);
              if (!abilities.xattrNamespaces().contains(namespace)
                  || (namespace.equals("user.") && !users)
                  || (isLabel(name) && !labels)) {
                leftOut("extended attributes %s* were left out".formatted(namespace), entry.path());
              } else {
                possible.put(bytes, value);
              }
            });
    return Xattrs.of(possible);
  }

  /**
   * The extended attributes of a file on disk as far as they are an export's business: those that
   * are expected, and those that people or the original could have set. Others come and go with the
   * machine.
   */
  Xattrs actual(ByteString path, Expected expected) throws IOException {
    Xattrs all = files.xattrs(path);
    if (all.isEmpty()) {
      return all;
    }
    Map<byte[], byte[]> ours = new TreeMap<>(Arrays::compareUnsigned);
    Map<byte[], byte[]> wanted = new TreeMap<>(Arrays::compareUnsigned);
    expected.xattrs().forEach(wanted::put);
    all.forEach(
        (bytes, value) -> {
          String name = text(bytes);
          if (wanted.containsKey(bytes)
              || name.startsWith("user.")
              || name.equals("security.capability")) {
            ours.put(bytes, value);
          }
        });
    return Xattrs.of(ours);
  }

  private static boolean isLabel(String name) {
    return name.startsWith("security.selinux");
  }

  private static String text(byte[] name) {
    return new String(name, StandardCharsets.ISO_8859_1);
  }

  /** Notes that something could not be had. */
  void leftOut(String what, TreePath path) {
    Lost before = lost.get(what);
    lost.put(
        what, before == null ? new Lost(1, path) : new Lost(before.count() + 1, before.first()));
  }

  /** What could not be had, a line for each kind. */
  List<String> notes() {
    return lost.entrySet().stream()
        .map(
            entry ->
                entry.getValue().count() == 1
                    ? "%s (%s)".formatted(entry.getKey(), entry.getValue().first())
                    : "%s (%,d, such as %s)"
                        .formatted(
                            entry.getKey(), entry.getValue().count(), entry.getValue().first()))
        .toList();
  }
}
