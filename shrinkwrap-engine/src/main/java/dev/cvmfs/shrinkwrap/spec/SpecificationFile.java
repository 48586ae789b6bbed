package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * A specification as people write it, one rule a line:
 *
 * <pre>
 * # a comment
 * /p        this entry alone; a directory stays empty
 * /p/*      the entry and everything below it
 * ^/p/*     the entry and its direct children
 * !/p       neither the entry nor anything below it
 * !/p/*     nothing below the entry
 * </pre>
 *
 * <p>For every path <b>the last rule that matches decides</b>, as in a {@code .gitignore}; a path
 * that no rule matches is not wanted. The directories on the way to a wanted path are always part
 * of the slice, even where a rule excludes them, and the root directory always is.
 *
 * <p>The original program keeps one mode a node instead, which loses subtrees, cannot include again
 * what was excluded, and with some orders of lines never ends. Where it works, the answers are the
 * same but for this: there {@code !/p/*} means {@code !/p} (newer versions agree with us); there
 * {@code /p} after {@code /p/*} takes the contents away again.
 */
public final class SpecificationFile implements Specification {
  private static final int LARGEST_FILE = 256 << 20;

  private final byte[] source;
  private final RuleTree rules;
  private final List<String> warnings;

  private SpecificationFile(byte[] source, RuleTree rules, List<String> warnings) {
    this.source = source;
    this.rules = rules;
    this.warnings = warnings;
  }

  /**
   * Reads the text of a specification.
   *
   * @param name what to call it in messages, usually its file name
   * @throws SpecFailure if it is not a specification; all problems are listed, with line numbers
   */
  public static SpecificationFile parse(byte[] source, String name) {
    RuleParser parser = new RuleParser(name);
    RuleTree rules = RuleTree.of(parser.parse(source));
    return new SpecificationFile(source.clone(), rules, List.copyOf(parser.warnings()));
  }

  /**
   * Reads a file.
   *
   * @throws SpecFailure if there is no such file, or it is not a specification
   * @throws IOException if it cannot be read
   */
  public static SpecificationFile read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] source = in.readNBytes(LARGEST_FILE + 1);
      if (source.length > LARGEST_FILE) {
        throw new SpecFailure(
            "specification %s is larger than %d MiB".formatted(file, LARGEST_FILE >> 20));
      }
      return parse(source, file.toString());
    } catch (NoSuchFileException e) {
      throw new SpecFailure("there is no specification " + file, e);
    }
  }

  @Override
  public boolean includes(TreePath path) {
    return rules.find(path.bytes()).includes;
  }

  @Override
  public boolean descends(TreePath directory) {
    return rules.find(directory.bytes()).descends;
  }

  @Override
  public byte[] source() {
    return source.clone();
  }

  /** Oddities found while reading, each with file and line; for the user, not an error. */
  public List<String> warnings() {
    return warnings;
  }
}
