package dev.cvmfs.shrinkwrap.survey;

import dev.cvmfs.shrinkwrap.cvmfs.CvmfsFailure;
import dev.cvmfs.shrinkwrap.cvmfs.Snapshot;
import dev.cvmfs.shrinkwrap.cvmfs.content.NearestName;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathLookup;
import dev.cvmfs.shrinkwrap.cvmfs.content.PathResolver;
import dev.cvmfs.shrinkwrap.spec.Remark;
import dev.cvmfs.shrinkwrap.spec.Rule;
import dev.cvmfs.shrinkwrap.spec.Rule.Form;
import dev.cvmfs.shrinkwrap.spec.RuleTargets;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.tree.ByteString;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the rules of a specification with what a repository has: one walk over the directories
 * that rules name and those above them, and for names that are missing, a look at their neighbours.
 * Catalogs that no rule names a path in are not fetched.
 */
public final class RepositoryLint {
  /** Looking at neighbours costs a walk for each directory. */
  private static final int MOST_HINTS = 200;

  private final Snapshot snapshot;
  private final SpecificationFile specification;
  private final RuleTargets targets;
  private final Set<TreePath> onTheWay = new HashSet<>();
  private final Set<TreePath> present = new HashSet<>();
  private final Map<TreePath, Entry> obstacles = new HashMap<>();
  private final BitSet matched = new BitSet();
  private final List<Remark> remarks = new ArrayList<>();
  private int hints;

  private RepositoryLint(Snapshot snapshot, SpecificationFile specification) {
    this.snapshot = snapshot;
    this.specification = specification;
    this.targets = new RuleTargets(specification.rules());
  }

  /** All there is to say, in the order of lines. */
  public static List<Remark> of(SpecificationFile specification, Snapshot snapshot) {
    return new RepositoryLint(snapshot, specification).run();
  }

  private List<Remark> run() {
    for (Rule rule : specification.rules()) {
      for (TreePath above = rule.path().literalPrefix(); onTheWay.add(above); ) {
        above = above.parent();
      }
    }
    try (EntryCursor entries = snapshot.walk(targets)) {
      entries.forEachRemaining(this::see);
    }
    Map<TreePath, Optional<TreePath>> nearest = new HashMap<>();
    for (Rule rule : specification.rules()) {
      if (!matched.get(rule.line())) {
        missing(rule, nearest);
      }
    }
    remarks.sort(Comparator.comparing(Remark::line).thenComparing(Remark::kind));
    return List.copyOf(remarks);
  }

  private void see(Entry entry) {
    TreePath path = entry.path();
    if (onTheWay.contains(path)) {
      present.add(path);
    }
    boolean isDirectory = entry instanceof Entry.Directory;
    if (!isDirectory && targets.descends(path)) {
      obstacles.put(path, entry);
    }
    for (Rule rule : targets.naming(path)) {
      matched.set(rule.line());
      if (isDirectory) {
        seeDirectory(rule, path);
      } else if (rule.path().isLiteral() && asksBelow(rule.form())) {
        seeNotDirectory(rule, entry);
      }
    }
  }

  private static boolean asksBelow(Form form) {
    return form == Form.TREE || form == Form.LISTING || form == Form.NOT_BELOW;
  }

  private void seeDirectory(Rule rule, TreePath path) {
    boolean decides = specification.deciding(path) == rule.line();
    if (rule.form() == Form.ENTRY && decides && !specification.descends(path) && !isEmpty(path)) {
      String contents = rule.path().isLiteral() ? text(Form.TREE, path) : rule.path() + "/*";
      remark(
          rule,
          Remark.Kind.EMPTY_DIRECTORY,
          "%s is a directory, and comes out empty; with its contents it is %s"
              .formatted(path, contents));
    }
  }

  /** Whether there is nothing in it; no if that would be looked at too often. */
  private boolean isEmpty(TreePath directory) {
    if (hints >= MOST_HINTS) {
      return false;
    }
    hints++;
    try (EntryCursor children = PathLookup.list(snapshot, directory, false)) {
      return !children.hasNext();
    }
  }

  private static String text(Form form, TreePath path) {
    return ByteString.of(Rule.write(form, path)).toString();
  }

  private void seeNotDirectory(Rule rule, Entry entry) {
    if (entry instanceof Entry.Symlink link) {
      remark(rule, Remark.Kind.THROUGH_LINK, throughLink(link, rule.path().literal()));
    } else {
      remark(
          rule,
          Remark.Kind.NOT_A_DIRECTORY,
          "%s is not a directory, so there is nothing below it".formatted(entry.path()));
    }
  }

  private String throughLink(Entry.Symlink link, TreePath wanted) {
    String what =
        "%s is a symbolic link to %s, and links are not followed"
            .formatted(link.path(), link.target());
    return what + realPath(wanted).map(real -> "; what is meant is " + real).orElse("");
  }

  private Optional<TreePath> realPath(TreePath path) {
    if (hints >= MOST_HINTS) {
      return Optional.empty();
    }
    hints++;
    try {
      return Optional.of(
          new PathResolver(snapshot).resolve(ByteString.of(path.bytes()), true).path());
    } catch (CvmfsFailure.Data e) {
      // The link leads nowhere in this repository, so there is nothing to propose.
      return Optional.empty();
    }
  }

  private void missing(Rule rule, Map<TreePath, Optional<TreePath>> nearest) {
    TreePath wanted = rule.path().literalPrefix();
    TreePath there = wanted;
    TreePath gone = wanted;
    while (!present.contains(there) && !there.isRoot()) {
      gone = there;
      there = there.parent();
    }
    Entry obstacle = obstacles.get(there);
    if (obstacle instanceof Entry.Symlink link) {
      remark(rule, Remark.Kind.THROUGH_LINK, throughLink(link, wanted));
    } else if (obstacle != null) {
      remark(
          rule,
          Remark.Kind.NOT_A_DIRECTORY,
          "%s is not a directory, so there is no %s".formatted(there, rule.path()));
    } else if (there.equals(wanted)) {
      remark(rule, Remark.Kind.MISSING, "nothing matches %s".formatted(rule.path()));
    } else {
      TreePath missing = gone;
      TreePath directory = there;
      String hint =
          nearest
              .computeIfAbsent(missing, path -> nearest(path, directory))
              .map(best -> "; did you mean %s?".formatted(best))
              .orElse(
                  directory.isRoot()
                      ? ""
                      : "; what there is of this path: %s".formatted(directory));
      remark(rule, Remark.Kind.MISSING, "there is no %s%s".formatted(missing, hint));
    }
  }

  private Optional<TreePath> nearest(TreePath missing, TreePath directory) {
    if (hints >= MOST_HINTS) {
      return Optional.empty();
    }
    hints++;
    NearestName nearest = new NearestName(missing);
    try (EntryCursor siblings = PathLookup.list(snapshot, directory, false)) {
      siblings.forEachRemaining(sibling -> nearest.consider(sibling.path()));
    }
    return nearest.best();
  }

  private void remark(Rule rule, Remark.Kind kind, String message) {
    remarks.add(new Remark(rule.line(), kind, message));
  }
}
