package dev.cvmfs.injector.archive;

import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import dev.cvmfs.shrinkwrap.tree.Xattrs;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * What squashfs 4.0 can hold of attributes: times in whole seconds from 1970 to 2106, and extended
 * attributes in {@code user.}, {@code trusted.} and {@code security.}. Remembers what it could not.
 */
final class SquashfsAttributes implements UnaryOperator<Attributes> {
  private static final long LAST_SECOND = 0xffff_ffffL;
  private static final List<String> NAMESPACES = List.of("user.", "trusted.", "security.");

  private static final int NAMED = 20;

  private final TreeSet<String> leftOut = new TreeSet<>();
  private long times;

  @Override
  public Attributes apply(Attributes attributes) {
    Timestamp time = attributes.mtime();
    long seconds = Math.max(0, Math.min(time.seconds(), LAST_SECOND));
    if (seconds != time.seconds()) {
      times++;
    }
    return new Attributes(
        attributes.permissions(),
        attributes.uid(),
        attributes.gid(),
        new Timestamp(seconds, 0),
        kept(attributes.xattrs()));
  }

  private Xattrs kept(Xattrs xattrs) {
    Map<byte[], byte[]> kept = new TreeMap<>(Arrays::compareUnsigned);
    xattrs.forEach(
        (name, value) -> {
          String text = new String(name, StandardCharsets.ISO_8859_1);
          if (NAMESPACES.stream().anyMatch(text::startsWith)) {
            kept.put(name, value);
          } else {
            leaveOut(ByteString.of(name).toString());
          }
        });
    return Xattrs.of(kept);
  }

  private void leaveOut(String name) {
    if (leftOut.size() < NAMED) {
      leftOut.add(name);
    }
  }

  /** What could not be held, for people. */
  List<String> warnings() {
    return Stream.of(
            leftOut.isEmpty()
                ? ""
                : "squashfs has no place for the extended attributes %s, which are left out"
                    .formatted(String.join(", ", leftOut)),
            times == 0
                ? ""
                : "squashfs has times from 1970 to 2106; %d others are set to the nearest of them"
                    .formatted(times))
        .filter(text -> !text.isEmpty())
        .toList();
  }
}
