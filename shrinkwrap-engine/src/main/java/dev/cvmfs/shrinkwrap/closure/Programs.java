package dev.cvmfs.shrinkwrap.closure;

import dev.cvmfs.shrinkwrap.elf.ElfReader;
import dev.cvmfs.shrinkwrap.elf.MalformedElfException;
import dev.cvmfs.shrinkwrap.object.ObjectStore;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells what files are. Content is only fetched of those that machines may load: files that
 * somebody may execute, and those with {@code .so} in their names.
 */
final class Programs {
  /** As much of the first line as Linux looks at. */
  private static final int SCRIPT_LINE = 256;

  private static final Pattern SCRIPT = Pattern.compile("#![ \t]*([^ \t\n\0]+)[ \t\n\0]");
  private static final Program OTHER = new Program.Other();

  private final ObjectStore store;
  private final Map<TreePath, Program> known = new HashMap<>();
  private final SortedMap<TreePath, String> malformed = new TreeMap<>();

  Programs(ObjectStore store) {
    this.store = store;
  }

  /** Whether its content has to be looked at to tell. */
  boolean isCandidate(Entry.RegularFile file) {
    boolean executable = (file.attributes().permissions() & 0111) != 0;
    String name = new String(file.path().name(), StandardCharsets.ISO_8859_1);
    return file.size() > 0 && (executable || name.endsWith(".so") || name.contains(".so."));
  }

  Program of(Entry.RegularFile file) throws IOException {
    if (!isCandidate(file)) {
      return OTHER;
    }
    Program present = known.get(file.path());
    if (present != null) {
      return present;
    }
    Program program = read(file);
    known.put(file.path(), program);
    return program;
  }

  /** Files that begin like ELF and are none, and what is wrong with them. */
  SortedMap<TreePath, String> malformed() {
    return malformed;
  }

  private Program read(Entry.RegularFile file) throws IOException {
    try (FileParts parts = new FileParts(store, file)) {
      return ElfReader.read(parts)
          .<Program>map(Program.Binary::new)
          .orElse(script(parts.read(0, (int) Math.min(SCRIPT_LINE, file.size()))));
    } catch (MalformedElfException e) {
      malformed.put(file.path(), String.valueOf(e.getMessage()));
      return OTHER;
    }
  }

  private static Program script(byte[] beginning) {
    Matcher line = SCRIPT.matcher(new String(beginning, StandardCharsets.ISO_8859_1) + "\n");
    return line.lookingAt()
        ? new Program.Script(
            ByteString.of(String.valueOf(line.group(1)).getBytes(StandardCharsets.ISO_8859_1)))
        : OTHER;
  }
}
