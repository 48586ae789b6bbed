package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the rules of a specification name, excluded or not, and the way there; not what lies below.
 * A walk with it finds out whether there is such a thing.
 */
public final class RuleTargets implements Specification {
  private final LastMatchRules targets;
  private final Map<TreePath, List<Rule>> literal = new HashMap<>();
  private final List<Rule> wildcards = new ArrayList<>();

  public RuleTargets(List<Rule> rules) {
    List<Rule> entries = new ArrayList<>();
    for (Rule rule : rules) {
      entries.add(new Rule(Form.ENTRY, rule.path(), rule.line()));
      if (rule.path().isLiteral()) {
        literal.computeIfAbsent(rule.path().literal(), path -> new ArrayList<>()).add(rule);
      } else {
        // Where a wildcard begins is of interest even if it matches nothing.
        entries.add(new Rule(Form.ENTRY, PathPattern.of(rule.path().literalPrefix()), rule.line()));
        wildcards.add(rule);
      }
    }
    this.targets = new LastMatchRules(entries);
  }

  /** The rules that name a path, those without wildcards first. */
  public List<Rule> naming(TreePath path) {
    List<Rule> naming = new ArrayList<>(literal.getOrDefault(path, List.of()));
    if (!wildcards.isEmpty() && targets.answer(path.bytes()).wanted()) {
      wildcards.stream().filter(rule -> rule.path().matches(path)).forEach(naming::add);
    }
    return naming;
  }

  @Override
  public boolean includes(TreePath path) {
    return targets.answer(path.bytes()).includes();
  }

  @Override
  public boolean descends(TreePath directory) {
    return targets.answer(directory.bytes()).descends();
  }

  @Override
  public byte[] source() {
    return new byte[0];
  }
}
