package dev.cvmfs.shrinkwrap.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cvmfs.shrinkwrap.campaign.Effort;
import dev.cvmfs.shrinkwrap.publisher.RandomTrees;
import dev.cvmfs.shrinkwrap.publisher.Tree;
import dev.cvmfs.shrinkwrap.spec.Extent;
import dev.cvmfs.shrinkwrap.spec.Remark;
import dev.cvmfs.shrinkwrap.spec.Rule;
import dev.cvmfs.shrinkwrap.spec.SpecLint;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.spec.SpecificationFile;
import dev.cvmfs.shrinkwrap.survey.PublishedRepository;
import dev.cvmfs.shrinkwrap.survey.RepositoryLint;
import dev.cvmfs.shrinkwrap.tree.Entry;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random runs in random repositories: a specification made of a run wants exactly what it used. */
class RandomTracesTest {
  private static final int TRACES = 6;
  private static final Specification EVERYTHING =
      Specification.parse(new byte[] {'/', '*'}, "everything");

  @TempDir Path temporary;

  @Test
  void exactSpecificationOfRun_isWhatItUsedAndTheWayThere() throws IOException {
    for (int seed = 1; seed <= Effort.of(8, 500); seed++) {
      Random random = new Random(seed);
      Tree tree = new RandomTrees(seed).tree(10 + random.nextInt(60));
      try (PublishedRepository repository =
          new PublishedRepository(tree, temporary.resolve("seed" + seed))) {
        for (int i = 0; i < TRACES; i++) {
          compare(repository, randomRun(repository, random), "seed %d, run %d".formatted(seed, i));
        }
        comparesAllPaths(repository, tree);
      }
    }
  }

  /** Some paths, without links, whose targets would have to be followed here as well. */
  private static Set<TreePath> randomRun(PublishedRepository repository, Random random) {
    int oneIn = 1 + random.nextInt(5);
    Set<TreePath> used = new TreeSet<>();
    try (EntryCursor entries = repository.snapshot().walk(EVERYTHING)) {
      entries.forEachRemaining(
          entry -> {
            boolean plain = entry instanceof Entry.Directory || entry instanceof Entry.RegularFile;
            if (plain && !entry.path().isRoot() && random.nextInt(oneIn) == 0) {
              used.add(entry.path());
            }
          });
    }
    return used;
  }

  private static void compare(PublishedRepository repository, Set<TreePath> used, String what)
      throws IOException {
    SpecificationFile built = build(used, repository);
    Set<TreePath> expected = new TreeSet<>(Set.of(TreePath.ROOT));
    for (TreePath path : used) {
      for (TreePath at = path; expected.add(at); ) {
        at = at.parent();
      }
    }

    assertThat(slice(repository, built)).as(what).isEqualTo(expected);
    assertThat(new TraceCheck(read(used), built).missing(repository.snapshot())).as(what).isEmpty();
    assertThat(RepositoryLint.of(built, repository.snapshot()))
        .as(what)
        .noneMatch(remark -> remark.kind() == Remark.Kind.MISSING);
    assertThat(SpecLint.of(built.source(), built.reading()))
        .as(what)
        .allMatch(remark -> remark.kind() == Remark.Kind.NOTHING_WANTED);
  }

  /** A line for each path, in whatever order, is folded into one. */
  private static void comparesAllPaths(PublishedRepository repository, Tree tree)
      throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (TreePath path : tree.nodes().keySet()) {
      text.writeBytes(Rule.write(Rule.Form.ENTRY, path));
      text.write('\n');
    }
    SpecificationFile all = Specification.parse(text.toByteArray(), "all");

    assertThat(slice(repository, all)).isEqualTo(tree.nodes().keySet());
    SpecificationFile fewest = Specification.parse(Extent.of(all).text(), "fewest");
    assertThat(slice(repository, fewest)).isEqualTo(tree.nodes().keySet());
    assertThat(RepositoryLint.of(all, repository.snapshot())).isEmpty();
  }

  private static SpecificationFile build(Set<TreePath> used, PublishedRepository repository)
      throws IOException {
    SpecBuilder builder = new SpecBuilder(read(used), Policy.EXACT, 1, 100);
    return Specification.parse(builder.build(repository.snapshot()).text().bytes(), "built");
  }

  /** As a list with a NUL after each path, because names may hold anything else. */
  private static Traces read(Collection<TreePath> used) throws IOException {
    ByteArrayOutputStream list = new ByteArrayOutputStream();
    for (TreePath path : used) {
      list.writeBytes(path.bytes());
      list.write(0);
    }
    Traces traces = new Traces(Optional.empty(), Set.of());
    traces.read(new ByteArrayInputStream(list.toByteArray()));
    return traces;
  }

  private static Set<TreePath> slice(PublishedRepository repository, Specification wanted) {
    Set<TreePath> slice = new TreeSet<>();
    try (EntryCursor entries = repository.snapshot().walk(wanted)) {
      entries.forEachRemaining(entry -> slice.add(entry.path()));
    }
    return slice;
  }
}
