package dev.cvmfs.injector.inject;

import dev.cvmfs.injector.image.ImageFailure;
import dev.cvmfs.registry.Digest;
import dev.cvmfs.registry.ImageName;
import dev.cvmfs.registry.ImageStore;
import dev.cvmfs.registry.RawManifest;
import dev.cvmfs.registry.RegistryFailure;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Makes a tag name again what it named before: a version that {@link PreviousTags} has kept, or any
 * other of the repository. What it names until then is kept in turn, so that to roll back twice
 * leads to where one began.
 */
public final class Rollback {
  private final ImageStore store;
  private final Optional<TagPattern> configured;
  private final boolean dryRun;
  private final ProgressListener progress;
  private final InstantSource clock;

  /**
   * @param store the image's repository
   * @param configured how the tags are called that keep what is replaced, if somebody says so
   * @param dryRun whether to send only reads
   * @param clock tells when a version was replaced
   */
  public Rollback(
      ImageStore store,
      Optional<TagPattern> configured,
      boolean dryRun,
      ProgressListener progress,
      InstantSource clock) {
    this.store = store;
    this.configured = configured;
    this.dryRun = dryRun;
    this.progress = progress;
    this.clock = clock;
  }

  /**
   * A version that is kept.
   *
   * @param time when it was replaced, as text that sorts by time; empty text if the tag does not
   *     say
   */
  public record Kept(String tag, Digest digest, String time) {}

  /**
   * What was done.
   *
   * @param to the tag or digest that was rolled back to
   * @param keptTag the tag under which what was left is kept
   */
  public record Result(
      ImageName name, Digest before, Digest after, String to, Optional<String> keptTag) {
    public boolean isUnchanged() {
      return before.equals(after);
    }
  }

  /**
   * The versions of a tag that are kept; those replaced last come first, if their tags say when.
   */
  public List<Kept> kept(String tag) {
    TagPattern pattern = pattern();
    List<Kept> kept = new ArrayList<>();
    for (String candidate : tags()) {
      Optional<String> time = pattern.time(tag, candidate);
      if (time.isPresent() && !candidate.equals(tag)) {
        store
            .resolve(candidate)
            .ifPresent(digest -> kept.add(new Kept(candidate, digest, time.get())));
      }
    }
    kept.sort(Comparator.comparing(Kept::time).reversed().thenComparing(Kept::tag));
    return kept;
  }

  private List<String> tags() {
    try {
      return store.tags();
    } catch (RegistryFailure.NotFound e) {
      return List.of();
    }
  }

  /**
   * Does it.
   *
   * @param name the image, with its tag
   * @param wanted the tag or digest to roll back to; without it, the version that was kept last
   * @throws ImageFailure if there is nothing to roll back to, or it cannot be told which is meant
   * @throws TagMovedFailure if somebody else moves the tag meanwhile
   */
  public Result roll(ImageName name, String tag, Optional<String> wanted) {
    ImageName image = name.withTag(tag);
    Digest present =
        store
            .resolve(tag)
            .orElseThrow(
                () ->
                    new ImageFailure("there is no %s that could be rolled back".formatted(image)));
    String to = wanted.orElseGet(() -> lastKept(image, tag, present).tag());
    RawManifest previous = store.manifest(to);
    if (previous.digest().equals(present) || dryRun) {
      return new Result(image, present, previous.digest(), to, Optional.empty());
    }
    // Who names a version and has no settings for it did not ask for another tag.
    Optional<TagPattern> keep = wanted.isPresent() ? configured : Optional.of(pattern());
    PreviousTags tags = new PreviousTags(store, keep, clock);
    Optional<String> kept = Optional.empty();
    // A tag that moves would take the only name from what we roll back to, so it moves last.
    boolean last = keep.isPresent() && !keep.get().isOnePerVersion();
    if (!last) {
      kept = tags.keep(Optional.of(tag), present);
    }
    new Publisher(store, progress).tag(image, Optional.of(present), previous);
    if (last) {
      kept = tags.keep(Optional.of(tag), present);
    }
    return new Result(image, present, previous.digest(), to, kept);
  }

  private Kept lastKept(ImageName image, String tag, Digest present) {
    List<Kept> others =
        kept(tag).stream().filter(version -> !version.digest().equals(present)).toList();
    if (others.isEmpty()) {
      throw new ImageFailure(
          """
          nothing else is kept of %s (no other image is under a tag %s)
          name what to roll back to with --to DIGEST|TAG; --keep-previous (OCI_KEEP_PREVIOUS) keeps what a refresh replaces\
          """
              .formatted(image, pattern()));
    }
    boolean isClear = others.size() == 1 || !others.get(0).time().equals(others.get(1).time());
    if (!isClear) {
      throw new ImageFailure(
          "several versions of %s are kept, and their tags do not say which is the last: %s; choose one with --to"
              .formatted(image, String.join(", ", others.stream().map(Kept::tag).toList())));
    }
    return others.get(0);
  }

  private TagPattern pattern() {
    return configured.orElse(TagPattern.USUAL);
  }
}
