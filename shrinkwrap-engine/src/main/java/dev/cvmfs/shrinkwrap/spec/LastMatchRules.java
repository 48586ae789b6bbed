package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The last rule that matches decides: rules without wildcards in one tree, the others in another.
 */
final class LastMatchRules implements Rules {
  private final List<Rule> rules;
  private final RuleTree literal;
  private final WildcardTree wildcards;

  LastMatchRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
    this.literal = RuleTree.of(rules.stream().filter(rule -> rule.path().isLiteral()).toList());
    this.wildcards =
        WildcardTree.of(rules.stream().filter(rule -> !rule.path().isLiteral()).toList());
  }

  @Override
  public Answer answer(byte[] path) {
    Verdict byName = literal.find(path);
    if (wildcards.isEmpty()) {
      boolean below = byName.wantsUnnamed() || byName.named() > 0;
      return answer(path, byName, below, below, byName.named());
    }
    Verdict byWildcard = wildcards.find(path);
    Verdict both = byName.with(byWildcard);
    boolean mayBeNamed = both.leaves(byName.named());
    // A wildcard may exclude the very path that is named, and then there is nothing on this way.
    boolean named = mayBeNamed && byName.named() > wildcards.lastExclusion();
    return answer(
        path,
        both,
        both.wantsUnnamed() || named,
        both.wantsUnnamed() || mayBeNamed || both.leaves(byWildcard.named()),
        Math.max(byName.named(), byWildcard.named()));
  }

  private static Answer answer(
      byte[] path, Verdict verdict, boolean below, boolean maybeBelow, int named) {
    boolean includes = verdict.wantsEntry() || below || path.length == 0;
    int unnamed = Math.max(verdict.child(), verdict.deeper());
    int way = maybeBelow ? Verdict.line(verdict.wantsUnnamed() ? unnamed : named) : 0;
    return new Answer(
        verdict.wantsEntry(), includes, maybeBelow, Verdict.line(verdict.here()), way);
  }

  /**
   * Without wildcards, the smallest tree that gives the answers. With wildcards, all rules that may
   * have a say, in order; so of two that mean the same, one may look changed.
   */
  @Override
  public byte[] coverage(TreePath path) {
    boolean wild =
        rules.stream().anyMatch(rule -> !rule.path().isLiteral() && rule.path().meets(path));
    if (!wild) {
      return literal.coverage(path.bytes());
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (Rule rule : rules) {
      if (rule.path().meets(path)) {
        text.write('\n');
        text.writeBytes(ascii(rule.form().name()));
        for (NamePattern name : rule.path().names()) {
          text.write('/');
          text.writeBytes(ascii(name.kind().name() + ' '));
          text.writeBytes(name.text().bytes());
        }
      }
    }
    text.writeBytes(ascii("\nwildcards"));
    return text.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
