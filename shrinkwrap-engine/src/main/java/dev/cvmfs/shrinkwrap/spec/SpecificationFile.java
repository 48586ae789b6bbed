package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.Remark.Severity;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * A specification as people write it, one rule a line:
 *
 * <pre>
 * # a comment
 * /p           this entry alone; a directory stays empty
 * /p/*         the entry and everything below it
 * ^/p/*        the entry and its direct children
 * !/p          neither the entry nor anything below it
 * !/p/*        nothing below the entry
 * /a/*.so/     names in a directory (a slash at the end, or the star would mean the contents)
 * /a/**{@literal /}b/*    at any depth
 * "/odd\nname"/*   what cannot be written otherwise, without wildcards
 * </pre>
 *
 * <p>For every path <b>the last rule that matches decides</b>, as in a {@code .gitignore}; a path
 * that no rule matches is not wanted. The directories on the way to a wanted path are always part
 * of the slice, even where a rule excludes them, and the root directory always is. Directories on
 * the way to what wildcards match are part of it if there is something to find.
 *
 * <p>The original program keeps one mode a node instead, which loses subtrees, cannot include again
 * what was excluded, and with some orders of lines never ends; {@link Reading#ORIGINAL} reads a
 * file that way, as does a first line {@code #!compat}. Immutable, so safe for use by several
 * threads.
 */
public final class SpecificationFile implements Specification {
  private static final String SUFFIX = ".spec";
  private static final int LARGEST_FILE = 256 << 20;
  private static final int MOST_PROBLEMS = 10;

  private final String name;
  private final byte[] source;
  private final Reading reading;
  private final RuleParser.Parsed parsed;
  private final Rules rules;

  private SpecificationFile(
      String name, byte[] source, Reading reading, RuleParser.Parsed parsed, Rules rules) {
    this.name = name;
    this.source = source;
    this.reading = reading;
    this.parsed = parsed;
    this.rules = rules;
  }

  /** The repository that a specification is named after: {@code sft.cern.ch.spec}. */
  public static Optional<String> fqrn(Path file) {
    String name = String.valueOf(file.getFileName());
    return Optional.of(name)
        .filter(any -> name.endsWith(SUFFIX))
        .map(any -> name.substring(0, name.length() - SUFFIX.length()))
        .filter(fqrn -> fqrn.contains("."));
  }

  /**
   * Reads the text of a specification.
   *
   * @param name what to call it in messages, usually its file name
   * @throws SpecFailure if it is not a specification; all problems are listed, with line numbers
   */
  public static SpecificationFile parse(byte[] source, String name) {
    return parse(source, name, Reading.LAST_MATCH);
  }

  /** The same in another reading, unless the text itself says how it is to be read. */
  public static SpecificationFile parse(byte[] source, String name, Reading otherwise) {
    Reading reading = Reading.of(source, otherwise);
    RuleParser.Parsed parsed = RuleParser.parse(source, reading);
    List<String> problems =
        parsed.remarks().stream()
            .filter(remark -> remark.severity() == Severity.ERROR)
            .limit(MOST_PROBLEMS + 1L)
            .map(remark -> text(name, remark))
            .toList();
    if (!problems.isEmpty()) {
      boolean more = problems.size() > MOST_PROBLEMS;
      throw new SpecFailure(
          String.join("\n", more ? problems.subList(0, MOST_PROBLEMS) : problems)
              + (more ? "\n… and more" : ""));
    }
    byte[] copy = source.clone();
    Rules rules =
        reading == Reading.ORIGINAL
            ? new OriginalRules(parsed.rules(), copy)
            : new LastMatchRules(parsed.rules());
    return new SpecificationFile(name, copy, reading, parsed, rules);
  }

  /**
   * Reads a file.
   *
   * @throws SpecFailure if there is no such file, or it is not a specification
   * @throws IOException if it cannot be read
   */
  public static SpecificationFile read(Path file) throws IOException {
    return read(file, Reading.LAST_MATCH);
  }

  /** The same in another reading, unless the file itself says how it is to be read. */
  public static SpecificationFile read(Path file, Reading reading) throws IOException {
    return parse(bytes(file), file.toString(), reading);
  }

  /**
   * The same lines, read as the original program does, and with a first line that says so to
   * whoever reads the text again.
   */
  public SpecificationFile readAsOriginal() {
    if (reading == Reading.ORIGINAL && Reading.of(source, Reading.LAST_MATCH) == reading) {
      return this;
    }
    byte[] mark = (Reading.MARK + "\n").getBytes(StandardCharsets.US_ASCII);
    int start = RuleParser.beginning(source);
    byte[] marked = Arrays.copyOf(mark, mark.length + source.length - start);
    System.arraycopy(source, start, marked, mark.length, source.length - start);
    return parse(marked, name);
  }

  /**
   * The text of a file, whatever is in it.
   *
   * @throws SpecFailure if there is no such file, or it is too large
   * @throws IOException if it cannot be read
   */
  public static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] source = in.readNBytes(LARGEST_FILE + 1);
      if (source.length > LARGEST_FILE) {
        throw new SpecFailure(
            "specification %s is larger than %d MiB".formatted(file, LARGEST_FILE >> 20));
      }
      return source;
    } catch (NoSuchFileException e) {
      throw new SpecFailure("there is no specification " + file, e);
    }
  }

  private static String text(String name, Remark remark) {
    return "%s:%d: %s".formatted(name, remark.line(), remark.message());
  }

  @Override
  public boolean includes(TreePath path) {
    return rules.answer(path.bytes()).includes();
  }

  @Override
  public boolean descends(TreePath directory) {
    return rules.answer(directory.bytes()).descends();
  }

  /**
   * The line that asks for the path.
   *
   * @return counted from 1; 0 if none does, be it a directory on the way
   */
  public int deciding(TreePath path) {
    Answer answer = rules.answer(path.bytes());
    return answer.wanted() ? answer.line() : 0;
  }

  /** Why a path is in the slice, or is not. */
  public Explanation explain(TreePath path) {
    Answer answer = rules.answer(path.bytes());
    boolean onlyIfSomethingBelow = answer.descends() && !answer.includes();
    Optional<Explanation.Line> way =
        answer.wanted() || !answer.descends() ? Optional.empty() : line(answer.way());
    return new Explanation(
        path,
        answer.includes() || answer.descends(),
        line(answer.line()),
        way,
        onlyIfSomethingBelow,
        parsed.rules().stream()
            .filter(rule -> rule.matches(path))
            .flatMap(rule -> line(rule.line()).stream())
            .toList());
  }

  private Optional<Explanation.Line> line(int number) {
    int start = RuleParser.beginning(source);
    for (int line = 1; line < number; line++) {
      while (source[start] != '\n') {
        start++;
      }
      start++;
    }
    int end = start;
    while (end < source.length && source[end] != '\n') {
      end++;
    }
    return number == 0
        ? Optional.empty()
        : Optional.of(
            new Explanation.Line(
                number, ByteString.of(RuleParser.trim(source, start, end)).toString()));
  }

  /**
   * A digest of what is wanted of a directory and of all below it: 64 hexadecimal digits, which for
   * two specifications are the same only if both want the same there. So what was made for an
   * unchanged catalog with the same digest need not be looked at again. (Where the digests differ,
   * the meaning may still be the same if there are wildcards, or if it is read as the original
   * does.)
   */
  public String coverage(TreePath directory) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(reading.name().getBytes(StandardCharsets.US_ASCII));
      return HexFormat.of().formatHex(digest.digest(rules.coverage(directory)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  @Override
  public byte[] source() {
    return source.clone();
  }

  /** What to call it in messages. */
  public String name() {
    return name;
  }

  /** How it was read. */
  public Reading reading() {
    return reading;
  }

  /** Its rules in order. */
  public List<Rule> rules() {
    return parsed.rules();
  }

  /** Oddities found while reading, each with file and line; for the user, not an error. */
  public List<String> warnings() {
    return parsed.remarks().stream()
        .filter(remark -> remark.severity() == Severity.WARNING)
        .map(remark -> text(name, remark))
        .toList();
  }
}
