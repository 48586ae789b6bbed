package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.cvmfs.CatalogGate;
import dev.cvmfs.shrinkwrap.cvmfs.cache.Scratch;
import dev.cvmfs.shrinkwrap.os.PosixCalls;
import dev.cvmfs.shrinkwrap.source.SourceTree;
import dev.cvmfs.shrinkwrap.spec.Specification;
import dev.cvmfs.shrinkwrap.tree.EntryCursor;
import dev.cvmfs.shrinkwrap.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Consumer;

/** Compares every file of an export, its content included, with the catalog; changes nothing. */
public final class Verifier {
  private final PosixCalls calls;

  public Verifier(PosixCalls calls) {
    this.calls = calls;
  }

  /** What was looked at, and what could not be had on this file system from the beginning. */
  public record Result(ExportCounters statistics, List<String> notes) {
    public Result {
      notes = List.copyOf(notes);
    }
  }

  /**
   * Verifies one repository's tree.
   *
   * @param source the state that the tree should have
   * @param findings takes what is wrong, in path order
   */
  public Result verify(
      SourceTree source,
      Specification specification,
      ExportOptions options,
      Consumer<Finding> findings)
      throws IOException {
    Layout layout = options.layout(source.fqrn());
    if (Files.getFileStore(layout.base()).isReadOnly()) {
      // Nobody changes it, and nothing can be tried out.
      Site site = Site.of(calls, layout, abilitiesOfTheExport(options, layout));
      return compare(source, specification, options, site, findings);
    }
    Files.createDirectories(layout.temporary());
    ExportLock lock = ExportLock.take(layout, "verifies");
    try (Scratch scratch = Scratch.below(layout.temporary())) {
      Abilities abilities =
          Abilities.probe(calls, Layout.bytes(scratch.newFile("probe")), options.owners());
      return compare(source, specification, options, Site.of(calls, layout, abilities), findings);
    } finally {
      lock.close();
    }
  }

  private Abilities abilitiesOfTheExport(ExportOptions options, Layout layout) throws IOException {
    return Provenance.read(layout.provenance())
        .map(Provenance::shape)
        .map(shape -> shape.getOrDefault(Abilities.KEY, ""))
        .flatMap(Abilities::parse)
        .map(abilities -> abilities.of(calls.effectiveUser() == 0, options.owners()))
        .orElseThrow(
            () ->
                new IOException(
                    "%s is on a file system that is mounted read-only, and does not say what could be had there; mount it for writing, and verify it then"
                        .formatted(layout.base())));
  }

  private Result compare(
      SourceTree source,
      Specification specification,
      ExportOptions options,
      Site site,
      Consumer<Finding> findings)
      throws IOException {
    ExportCounters statistics = new ExportCounters();
    try (EntryCursor wanted = source.walk(specification, CatalogGate.OPEN);
        Unlocker unlocker = site.unlocker()) {
      Layout layout = site.layout();
      StoreTrust trust =
          new StoreTrust(StoreTrust.Extent.NOTHING, calls, new ContentProof(unlocker, source));
      new ProofPass(calls, layout, trust, options.threads()).run(source, specification);
      DataStore store = new DataStore(site, trust, ObjectMaker.none(), options.linkLimit());
      Planner planner =
          new Planner(
              site,
              store,
              statistics,
              path -> false,
              (step, problems) ->
                  problems.forEach(problem -> findings.accept(new Finding(step.path(), problem))));
      planner.plan(
          new PresentWalk(calls, layout.visible(TreePath.ROOT), path -> true, unlocker), wanted);
      return new Result(statistics, site.expectations().notes());
    }
  }
}
