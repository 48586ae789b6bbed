package dev.cvmfs.injector.cli;

import dev.cvmfs.shrinkwrap.object.ObjectRef;
import dev.cvmfs.shrinkwrap.tree.Attributes;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/** Files as people like to see them. Nothing here sends a terminal what it might act upon. */
final class EntryText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final long LAST_YEAR_9999 = 253_402_300_799L;

  private EntryText() {}

  /** A line like those of {@code ls -l}, but without a number of links; the time is UTC. */
  static String line(Entry entry, String name) {
    Attributes attributes = entry.attributes();
    String target = entry instanceof Entry.Symlink link ? " -> " + link.target() : "";
    return "%s %5d %5d %12s %s %s%s"
        .formatted(
            mode(entry),
            attributes.uid(),
            attributes.gid(),
            size(entry),
            time(attributes.mtime()),
            name,
            target);
  }

  private static String size(Entry entry) {
    if (entry instanceof Entry.Special special) {
      return special.major() + "," + special.minor();
    }
    if (entry instanceof Entry.Symlink link) {
      return Integer.toString(link.target().length());
    }
    return entry instanceof Entry.RegularFile file ? Long.toString(file.size()) : "0";
  }

  /** All there is to know of a file, one fact a line. */
  static List<String> facts(Entry entry) {
    Attributes attributes = entry.attributes();
    List<String> facts = new ArrayList<>();
    facts.add("path: " + entry.path());
    facts.add("type: " + type(entry));
    facts.add("mode: %04o (%s)".formatted(attributes.permissions(), mode(entry)));
    facts.add("owner: %d:%d".formatted(attributes.uid(), attributes.gid()));
    facts.add("modified: %s".formatted(exactTime(attributes.mtime())));
    if (entry instanceof Entry.RegularFile file) {
      facts.add("size: " + file.size());
      facts.add("hash: " + file.identity());
      file.objects().forEach(object -> facts.add("object: " + object(object)));
    } else if (entry instanceof Entry.Symlink link) {
      facts.add("target: " + link.target());
    } else if (entry instanceof Entry.Special special) {
      facts.add("device: %d,%d".formatted(special.major(), special.minor()));
    }
    attributes
        .xattrs()
        .forEach(
            (name, value) ->
                facts.add(
                    "xattr: %s = %s"
                        .formatted(ByteString.of(name), HexFormat.of().formatHex(value))));
    return facts;
  }

  private static String object(ObjectRef object) {
    return "%s%s, %s, %d bytes of content"
        .formatted(
            object.hash(),
            object.kind().suffix(),
            object.compression().name().toLowerCase(Locale.ROOT),
            object.size());
  }

  static String type(Entry entry) {
    if (entry instanceof Entry.Special special) {
      return special.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
    return entry instanceof Entry.Directory
        ? "directory"
        : entry instanceof Entry.Symlink ? "symlink" : "file";
  }

  private static String mode(Entry entry) {
    int bits = entry.attributes().permissions();
    StringBuilder mode = new StringBuilder().append(letter(entry));
    for (int shift = 6; shift >= 0; shift -= 3) {
      int three = bits >> shift;
      mode.append((three & 4) != 0 ? 'r' : '-').append((three & 2) != 0 ? 'w' : '-');
      boolean executable = (three & 1) != 0;
      boolean special = (bits & (01000 << (shift / 3))) != 0;
      char marked = shift == 0 ? 't' : 's';
      if (special) {
        mode.append(executable ? marked : Character.toUpperCase(marked));
      } else {
        mode.append(executable ? 'x' : '-');
      }
    }
    return mode.toString();
  }

  private static char letter(Entry entry) {
    if (entry instanceof Entry.Special special) {
      return switch (special.kind()) {
        case FIFO -> 'p';
        case SOCKET -> 's';
        case CHARACTER_DEVICE -> 'c';
        case BLOCK_DEVICE -> 'b';
      };
    }
    return entry instanceof Entry.Directory ? 'd' : entry instanceof Entry.Symlink ? 'l' : '-';
  }

  private static String time(Timestamp time) {
    return isInCalendar(time)
        ? TIME.format(Instant.ofEpochSecond(time.seconds()))
        : "@" + time.seconds();
  }

  /** ISO 8601 with as many digits as there are; seconds since the epoch outside of our calendar. */
  static String exactTime(Timestamp time) {
    return isInCalendar(time)
        ? Instant.ofEpochSecond(time.seconds(), time.nanos()).toString()
        : "@" + time.seconds();
  }

  private static boolean isInCalendar(Timestamp time) {
    return Math.abs(time.seconds()) <= LAST_YEAR_9999;
  }
}
