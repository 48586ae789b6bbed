package dev.cvmfs.shrinkwrap.spec;

import dev.cvmfs.shrinkwrap.spec.NamePattern.Kind;
import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds what is wrong with a specification as a text, without any repository. */
public final class SpecLint {
  private static final int NEVER = Integer.MAX_VALUE;

  private final byte[] source;
  private final Reading reading;
  private final RuleParser.Parsed parsed;
  private final RuleTree literal;
  private final List<Rule> wildcardIncludes;

  /** The first line that includes a path itself, and with it everything below, or the children. */
  private final Map<TreePath, Integer> firstEntry = new HashMap<>();

  private final Map<TreePath, Integer> firstTree = new HashMap<>();
  private final Map<TreePath, Integer> firstListing = new HashMap<>();

  /** The first line that includes something below a path that it names. */
  private final Map<TreePath, Integer> firstBelow = new HashMap<>();

  private SpecLint(byte[] source, Reading otherwise) {
    this.source = source;
    this.reading = Reading.of(source, otherwise);
    this.parsed = RuleParser.parse(source, reading);
    this.literal =
        RuleTree.of(parsed.rules().stream().filter(rule -> rule.path().isLiteral()).toList());
    this.wildcardIncludes = parsed.rules().stream().filter(SpecLint::isWildcardInclude).toList();
  }

  private static boolean isWildcardInclude(Rule rule) {
    return rule.form().includes() && !rule.path().isLiteral();
  }

  /** All there is to say about a text, in the order of lines. */
  public static List<Remark> of(byte[] source, Reading reading) {
    return new SpecLint(source, reading).run();
  }

  private List<Remark> run() {
    List<Remark> remarks = new ArrayList<>(parsed.remarks());
    if (remarks.stream().noneMatch(remark -> remark.severity() == Remark.Severity.ERROR)) {
      remarks.addAll(original());
      if (reading == Reading.LAST_MATCH) {
        notePlaces();
        for (Rule rule : parsed.rules()) {
          check(rule, remarks);
        }
      }
      if (wantsNothing()) {
        remarks.add(new Remark(0, Remark.Kind.NOTHING_WANTED, "no line includes anything"));
      }
    }
    remarks.sort(Comparator.comparing(Remark::line).thenComparing(Remark::kind));
    return List.copyOf(remarks);
  }

  private List<Remark> original() {
    RuleParser.Parsed theirs = RuleParser.parse(source, Reading.ORIGINAL);
    return new OriginalRules(theirs.rules(), source).remarks();
  }

  private boolean wantsNothing() {
    Rules rules =
        reading == Reading.ORIGINAL
            ? new OriginalRules(parsed.rules(), source)
            : new LastMatchRules(parsed.rules());
    Answer root = rules.answer(TreePath.ROOT.bytes());
    return !root.wanted() && !root.descends();
  }

  private void notePlaces() {
    for (Rule rule : parsed.rules()) {
      if (rule.form().includes() && rule.path().isLiteral()) {
        TreePath path = rule.path().literal();
        firstEntry.merge(path, rule.line(), Math::min);
        if (rule.form() == Form.TREE) {
          firstTree.merge(path, rule.line(), Math::min);
        } else if (rule.form() == Form.LISTING) {
          firstListing.merge(path, rule.line(), Math::min);
        }
        for (TreePath above = path; !above.isRoot(); ) {
          above = above.parent();
          firstBelow.merge(above, rule.line(), Math::min);
        }
      }
    }
  }

  private void check(Rule rule, List<Remark> remarks) {
    int later = shadowedBy(rule);
    if (later > 0) {
      String hint =
          rule.form().includes() ? "" : "; an exclusion stands after what it takes away from";
      remarks.add(
          new Remark(
              rule.line(),
              Remark.Kind.SHADOWED,
              "line %d decides about everything that this line matches%s".formatted(later, hint)));
    } else if (!rule.form().includes() && !excludesSomething(rule)) {
      remarks.add(
          new Remark(
              rule.line(),
              Remark.Kind.EXCLUDES_NOTHING,
              "no line before this one includes anything that it excludes"));
    }
  }

  /** The line that leaves nothing to a rule; 0 if there is none. */
  private int shadowedBy(Rule rule) {
    Verdict verdict = literal.find(rule.path().literalPrefix().bytes());
    int number = rule.number();
    if (!rule.path().isLiteral()) {
      boolean maybeHere = rule.path().names().stream().anyMatch(n -> n.kind() == Kind.ANY_DEPTH);
      int least = Math.min(verdict.child(), verdict.deeper());
      least = maybeHere ? Math.min(least, verdict.here()) : least;
      return least > number ? Verdict.line(least) : 0;
    }
    Form form = rule.form();
    boolean says =
        (form.coversEntry() && verdict.here() == number)
            || (form.coversChildren() && verdict.child() == number)
            || (form.coversDeeper() && verdict.deeper() == number);
    if (says) {
      return 0;
    }
    return Verdict.line(form.coversEntry() ? verdict.here() : verdict.child());
  }

  private boolean excludesSomething(Rule rule) {
    TreePath path = rule.path().literalPrefix();
    boolean withEntry = rule.form() == Form.NOT_TREE || !rule.path().isLiteral();
    boolean byName =
        isBefore(firstBelow, path, rule)
            || isBefore(firstListing, path, rule)
            || (withEntry && isBefore(firstEntry, path, rule))
            || (withEntry && isBefore(firstListing, path.parent(), rule));
    return byName || isInsideEarlierTree(path, rule) || mayMeetEarlierWildcard(path, rule);
  }

  private boolean isInsideEarlierTree(TreePath path, Rule rule) {
    for (TreePath above = path; ; above = above.parent()) {
      if (isBefore(firstTree, above, rule)) {
        return true;
      }
      if (above.isRoot()) {
        return false;
      }
    }
  }

  private boolean mayMeetEarlierWildcard(TreePath path, Rule rule) {
    return wildcardIncludes.stream()
        .takeWhile(other -> other.line() < rule.line())
        .anyMatch(other -> other.path().meets(path));
  }

  private static boolean isBefore(Map<TreePath, Integer> first, TreePath path, Rule rule) {
    return first.getOrDefault(path, NEVER) < rule.line();
  }
}
